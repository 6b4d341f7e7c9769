//! Embeds `static/`: gives each file a name with the hash of its content, rewrites the names inside style sheets, and
//! compresses text with Brotli once, so that a request costs nothing.

#![allow(clippy::print_stdout, reason = "a build script speaks to cargo on standard output")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("static");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-changed=build.rs");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    // Sheets last: they name the other files.
    names.sort_by_key(|name| (extension(name) == "css", name.clone()));

    let mut table = String::from("&[\n");
    let mut renamed: Vec<(String, String)> = Vec::new();
    for name in names {
        let mut bytes = fs::read(folder.join(&name))?;
        if extension(&name) == "css" {
            bytes = with_hashed_names(String::from_utf8(bytes)?, &renamed).into_bytes();
        }
        let hashed = hashed_name(&name, &bytes);
        table.push_str(&embed(&out, &name, &hashed, &bytes)?);
        renamed.push((name, hashed));
    }
    table.push(']');
    fs::write(out.join("assets.rs"), table)?;
    Ok(())
}

/// Writes one file and its compressed form, and gives its line of the table.
fn embed(out: &Path, name: &str, hashed: &str, bytes: &[u8]) -> Result<String, Box<dyn Error>> {
    fs::write(out.join(hashed), bytes)?;
    let mut brotli = String::from("None");
    if extension(name) != "woff2" {
        let mut compressed = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
        brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)?;
        fs::write(out.join(format!("{hashed}.br")), &compressed)?;
        brotli = format!("Some(include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{hashed}.br\")))");
    }
    let mut line = String::new();
    writeln!(
        line,
        "Asset {{ name: {name:?}, file_name: {hashed:?}, content_type: {:?}, \
         bytes: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{hashed}\")), brotli: {brotli} }},",
        content_type(name)?
    )?;
    Ok(line)
}

fn with_hashed_names(mut sheet: String, renamed: &[(String, String)]) -> String {
    for (name, hashed) in renamed {
        sheet = sheet.replace(&format!("url({name})"), &format!("url({hashed})"));
    }
    sheet
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn content_type(name: &str) -> Result<&'static str, String> {
    match extension(name) {
        "css" => Ok("text/css; charset=utf-8"),
        "js" => Ok("text/javascript; charset=utf-8"),
        "svg" => Ok("image/svg+xml"),
        "woff2" => Ok("font/woff2"),
        _ => Err(format!("static/{name}: no content type is known for this kind of file")),
    }
}

/// `app.css` becomes `app.<16 hexadecimal digits>.css`. FNV-1a (64 bits) is enough here: it tells versions of our own
/// files apart, nothing hostile is hashed.
fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{hash:016x}.{extension}"),
        None => format!("{name}.{hash:016x}"),
    }
}
