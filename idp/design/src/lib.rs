//! What every page of the identity server and of the portals looks like: the Ontario Design System sheet with our
//! corrections, the fonts and scripts ([`assets`]), the page around the content ([`Frame`]) and the parts of forms
//! ([`components`]). Server-rendered; nothing needs a script, an inline style or a third party.
//!
//! Owns no page and no web framework. A program that renders pages puts this crate's templates in its `askama.toml`
//! (`dirs = ["templates", "../design/templates"]`, from `portals/…` `"../../idp/design/templates"`), and writes
//!
//! ```text
//! #[derive(askama::Template)]
//! #[template(path = "sign_in/page.html")]
//! struct SignInPage { frame: Frame, email: TextField, tokens: FormTokens }
//! ```
//!
//! with a template that begins `{% extends "layout.html" %}{% block main %}` and shows a component as `{{ email }}`.
//! In a template a text is `{{ texts::sign_in(frame.language.to_owned()) }}`, because askama hands fields over by
//! reference. The layout renders the notice, the error summary and the `h1` from the frame; a page's own form has `id="f"`.

pub mod assets;
pub mod components;
mod frame;
#[cfg(test)]
mod frame_tests;
mod parts;
mod policy;
pub mod texts;

pub use frame::{
    BarItem, Frame, LanguageControl, Navigation, NavigationItem, SessionTimeout, SignInAgain, Site,
};
pub use policy::{content_security_policy, policy_with_frames};
