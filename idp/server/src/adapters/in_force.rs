//! The settings in force on this node: those of its file with those of the database over them. A worker looks for changes
//! every second; a request takes what holds at its beginning, without a lock, and keeps it to its end.

use crate::config::Settings;
use crate::locales::{one_key, service_name};
use actix_web::web::Bytes;
use arc_swap::ArcSwap;
use idp_domain::Language;
use idp_domain::settings::{self, Adjustable};
use idp_domain::signing_key::FormerTokenLife;
use idp_domain::time::Timestamp;
use idp_store::{BACKUP_MADE_AT, FORMER_TOKEN_LIFE, OperatorSetting, RESTORED_AT, Store};
use ontario_design::Site;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

/// The longest logo.
const LONGEST_LOGO: u64 = 512 * 1024;

/// What holds at one moment.
pub struct InForce {
    values: Adjustable,
    /// How long tokens lived before that was changed.
    pub former_token_life: Option<FormerTokenLife>,
    /// When the database was brought back from a copy, if it was: what was spent before may be unspent in it.
    pub restored_at: Option<Timestamp>,
    /// The logo and its type.
    pub logo: Option<(Bytes, &'static str)>,
    /// What all pages share.
    pub site: Arc<Site>,
    /// The same for the pages of ONE-key.
    pub one_key_site: Arc<Site>,
    /// The same for the console.
    pub console_site: Arc<Site>,
    /// What the database said, to see a change cheaply.
    stored: Vec<OperatorSetting>,
}

impl Deref for InForce {
    type Target = Adjustable;

    fn deref(&self) -> &Adjustable {
        &self.values
    }
}

/// The settings of this node as they change.
pub struct SettingsInForce {
    start: Adjustable,
    demonstration: bool,
    current: ArcSwap<InForce>,
}

impl SettingsInForce {
    /// Those of `settings`, and of the database over them.
    ///
    /// # Errors
    /// The database is away or is a copy that `idp backup` made, or the logo of the settings can't be read.
    pub async fn load(store: &Store, settings: &Settings) -> Result<Self, String> {
        let start = settings.adjustable.clone();
        let logo = start.logo_file.as_deref().map(|path| read_logo(Path::new(path))).transpose();
        logo.map_err(|problem| format!("brand.logo_file: {problem}"))?;
        let stored = store.list_operator_settings().await.map_err(|error| error.to_string())?;
        // What was spent after it is unspent in it: nobody serves it by mistake.
        if stored.iter().any(|setting| setting.name == BACKUP_MADE_AT) {
            return Err("the database is a backup: bring it back by `idp restore`".into());
        }
        let first = InForce::build(&start, settings.demonstration_notice, stored, None);
        Ok(Self {
            start,
            demonstration: settings.demonstration_notice,
            current: ArcSwap::from_pointee(first),
        })
    }

    /// What holds now.
    pub fn current(&self) -> Arc<InForce> {
        self.current.load_full()
    }

    /// Takes up what was changed since; cheap when nothing was.
    ///
    /// # Errors
    /// The database is away; what held goes on.
    pub async fn follow(&self, store: &Store) -> idp_store::Result<()> {
        let stored = store.list_operator_settings().await?;
        let current = self.current();
        if stored != current.stored {
            let fresh = InForce::build(&self.start, self.demonstration, stored, Some(&current));
            self.current.store(Arc::new(fresh));
        }
        Ok(())
    }
}

impl InForce {
    fn build(
        start: &Adjustable,
        demonstration: bool,
        stored: Vec<OperatorSetting>,
        before: Option<&Self>,
    ) -> Self {
        let values = over(start, &stored);
        let logo = match (&values.logo_file, before) {
            (path, Some(before)) if *path == before.logo_file => before.logo.clone(),
            (None, _) => None,
            (Some(path), before) => read_logo(Path::new(path)).map_or_else(
                |problem| {
                    tracing::error!(problem, "the logo can't be read");
                    before.and_then(|before| before.logo.clone())
                },
                Some,
            ),
        };
        let phone = |language| values.help.phone_in(language).cloned();
        let help_phone = phone(Language::English).zip(phone(Language::French)).map(<[String; 2]>::from);
        let site = Site {
            demonstration,
            logo: logo.as_ref().map(|_| "/logo".to_owned()),
            home_path: "/account".to_owned(),
            help_phone,
            ..Site::new(service_name)
        };
        let one_key_site = Site {
            service: one_key::service_name,
            home_path: "/one-key/services".to_owned(),
            ..site.clone()
        };
        let console_site = Site {
            service: crate::locales::console::service_name,
            home_path: crate::console::PATH.to_owned(),
            bar_class: Some("app-bar--administration"),
            ..site.clone()
        };
        let value = |name: &str| stored.iter().find(|setting| setting.name == name).map(|found| &found.value);
        let restored_at = value(RESTORED_AT).and_then(|text| text.parse().ok()).map(Timestamp::from_micros);
        let former_token_life = value(FORMER_TOKEN_LIFE).and_then(|text| FormerTokenLife::parse(text));
        Self {
            values,
            former_token_life,
            restored_at,
            logo,
            site: Arc::new(site),
            one_key_site: Arc::new(one_key_site),
            console_site: Arc::new(console_site),
            stored,
        }
    }
}

/// `start` with what the database says over it. What it says wrongly doesn't hold, and is said in the log.
#[must_use]
pub fn over(start: &Adjustable, stored: &[OperatorSetting]) -> Adjustable {
    let mut values = start.clone();
    for setting in stored {
        let Some(rule) = settings::find(&setting.name) else { continue };
        if let Err(error) = values.set(rule, &setting.value) {
            tracing::error!(setting = rule.key, %error, "a setting in the database can't hold");
        }
    }
    values
}

/// Reads the operator's logo.
///
/// # Errors
/// It isn't there, is no picture, or is too large.
pub fn read_logo(path: &Path) -> Result<(Bytes, &'static str), &'static str> {
    let kind = match path.extension().and_then(|extension| extension.to_str()) {
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => return Err("it must be an .svg or a .png"),
    };
    let about = std::fs::metadata(path).map_err(|_| "it can't be read")?;
    if !about.is_file() || about.len() > LONGEST_LOGO {
        return Err("it must be a file of at most 512 KiB");
    }
    let bytes = std::fs::read(path).map_err(|_| "it can't be read")?;
    let is_picture = match kind {
        "image/png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        _ => bytes.windows(4).any(|window| window == b"<svg"),
    };
    if is_picture { Ok((Bytes::from(bytes), kind)) } else { Err("it holds no picture of that kind") }
}
