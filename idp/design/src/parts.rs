//! The pieces of `layout.html`, compiled once here instead of again with every page.

use crate::components::html_component;
use crate::frame::{BarItem, Frame, LanguageControl};
use crate::texts;
use askama::Template;
use ontario_language::Language;

macro_rules! parts {
    ($($name:ident = $path:literal),+ $(,)?) => { $(
        #[derive(Template)]
        #[template(path = $path)]
        pub struct $name<'a> {
            frame: &'a Frame,
            /// The language that the control leads to.
            #[allow(dead_code, reason = "only the header shows it")]
            other: Language,
        }
        html_component!($name<'_>);
        impl<'a> From<&'a Frame> for $name<'a> {
            fn from(frame: &'a Frame) -> Self {
                Self { frame, other: frame.language.other() }
            }
        }
    )+ };
}

parts! {
    HeadPart = "frame/head.html",
    HeaderPart = "frame/header.html",
    OpeningPart = "frame/opening.html",
    HeadingPart = "frame/heading.html",
    FooterPart = "frame/footer.html",
}
