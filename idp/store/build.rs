//! Embedded migrations are read at compile time: a new folder has to recompile the crate.
fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
