//! A QR code as a picture of one path: dark modules on white, with the four modules of quiet zone that readers need.

use crate::web::problem::Problem;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

const QUIET: i32 = 4;

/// Draws `text` as SVG.
///
/// # Errors
/// The text is longer than any QR code holds.
pub fn svg(text: &str) -> Result<String, Problem> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|error| Problem::internal(&error))?;
    let size = code.size() + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing to a String can't fail.
            let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0,0h{size}v{size}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_with_its_quiet_zone() {
        let svg = svg("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ").unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        // The corner of the first finder pattern, and nothing nearer to the edge.
        assert!(svg.contains("M4,4h1v1h-1z") && !svg.contains("M3,"));
        assert!(super::svg(&"x".repeat(5000)).is_err());
    }
}
