//! Where settings come from, and the list of all that is wrong with them.

use idp_domain::secret::Secret;
use idp_domain::settings::{SettingError, span};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::RangeInclusive;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

/// A mistake and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// File and line, or the environment variable.
    pub place: String,
    /// The setting's name.
    pub setting: String,
    /// What is wrong and what would be right; never the value of a secret.
    pub problem: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place, self.setting, self.problem)
    }
}

struct Value {
    texts: Vec<String>,
    is_list: bool,
    place: String,
}

/// One span of a list: `60d`. Brackets around the list are let through, as a file has them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span(pub Duration);

impl FromStr for Span {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        span::parse(text.trim_matches(['[', ']'])).map(Self).ok_or(())
    }
}

/// The settings by their dotted names, as texts.
pub(super) struct Reader {
    values: BTreeMap<String, Value>,
    known: BTreeSet<String>,
    mistakes: Vec<Mistake>,
    file: String,
}

impl Reader {
    pub(super) fn new(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Self {
        let name = file.map_or_else(|| "settings".to_owned(), |path| path.display().to_string());
        let mut reader = Self {
            values: BTreeMap::new(),
            known: BTreeSet::new(),
            mistakes: Vec::new(),
            file: name.clone(),
        };
        if let Some(path) = file {
            match std::fs::read_to_string(path) {
                Ok(text) => reader.take_file(&name, &text),
                Err(error) => reader.mistakes.push(Mistake {
                    place: name,
                    setting: "(file)".into(),
                    problem: format!("it can't be read: {}", error.kind()),
                }),
            }
        }
        for (variable, text) in environment {
            let Some(dotted) = variable.strip_prefix("IDP_").filter(|rest| rest.contains("__")) else {
                continue;
            };
            let value = Value { texts: vec![text], is_list: false, place: format!("environment {variable}") };
            reader.values.insert(dotted.to_ascii_lowercase().replace("__", "."), value);
        }
        reader
    }

    fn take_file(&mut self, name: &str, text: &str) {
        match text.parse::<toml::Table>() {
            Ok(table) => self.take_table(name, text, "", &table),
            Err(error) => {
                let line = error.span().map_or(1, |span| text[..span.start].lines().count().max(1));
                self.mistakes.push(Mistake {
                    place: format!("{name}:{line}"),
                    setting: "(file)".into(),
                    problem: error.message().to_owned(),
                });
            }
        }
    }

    fn take_table(&mut self, name: &str, text: &str, prefix: &str, table: &toml::Table) {
        for (key, value) in table {
            let dotted = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            if let toml::Value::Table(inner) = value {
                self.take_table(name, text, &dotted, inner);
                continue;
            }
            let (texts, is_list) = match value {
                toml::Value::Array(items) => (items.iter().map(as_text).collect(), true),
                one => (vec![as_text(one)], false),
            };
            let line = line_of(text, prefix, key);
            self.values.insert(dotted, Value { texts, is_list, place: format!("{name}:{line}") });
        }
    }

    /// Notes a mistake at a setting's place.
    pub(super) fn mistake(&mut self, setting: &str, problem: &str) {
        let place = self.values.get(setting).map_or_else(|| self.file.clone(), |value| value.place.clone());
        self.mistakes.push(Mistake { place, setting: setting.to_owned(), problem: problem.to_owned() });
    }

    pub(super) fn text(&mut self, setting: &str) -> Option<String> {
        self.known.insert(setting.to_owned());
        let value = self.values.get(setting)?;
        match value.texts.as_slice() {
            [text] if !value.is_list => Some(text.clone()),
            _ => {
                self.mistake(setting, "it must be one value");
                None
            }
        }
    }

    pub(super) fn required(&mut self, setting: &str) -> Option<String> {
        let text = self.text(setting).filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.mistake(setting, "it is required");
        }
        text
    }

    /// The setting itself, or the content of the file that `…_file` names.
    pub(super) fn secret(&mut self, setting: &str) -> Option<Secret> {
        let file_setting = format!("{setting}_file");
        let path = self.text(&file_setting);
        let plain = self.text(setting);
        // The environment wins over the file, whichever of the two names it uses.
        let is_environment =
            |name: &str| self.values.get(name).is_some_and(|value| value.place.starts_with("environment"));
        let plain_wins = is_environment(setting) && !is_environment(&file_setting);
        let path = match path {
            Some(path) if plain.is_none() || !plain_wins => path,
            _ => return plain.map(Secret::new),
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(Secret::new(text.trim_end_matches(['\r', '\n']))),
            Err(error) => {
                self.mistake(&file_setting, &format!("the file can't be read: {}", error.kind()));
                None
            }
        }
    }

    pub(super) fn required_secret(&mut self, setting: &str) -> Option<Secret> {
        let before = self.mistakes.len();
        let secret = self.secret(setting);
        if secret.is_none() && self.mistakes.len() == before {
            self.mistake(setting, "it is required (or the same name with _file, or the environment)");
        }
        secret
    }

    pub(super) fn parsed<T: FromStr>(&mut self, setting: &str, expected: &str) -> Option<T> {
        let text = self.text(setting)?;
        let parsed = text.trim().parse().ok();
        if parsed.is_none() {
            self.mistake(setting, &format!("it must be {expected}"));
        }
        parsed
    }

    /// A list in the file, values separated by commas in the environment.
    pub(super) fn parsed_list<T: FromStr>(&mut self, setting: &str, expected: &str) -> Vec<T> {
        self.known.insert(setting.to_owned());
        let Some(value) = self.values.get(setting) else { return Vec::new() };
        let texts = value
            .texts
            .iter()
            .flat_map(|text| text.split(','))
            .map(str::trim)
            .filter(|text| !text.is_empty());
        let parsed: Vec<Option<T>> = texts.map(|text| text.parse().ok()).collect();
        if parsed.iter().any(Option::is_none) {
            self.mistake(setting, &format!("it must be {expected}"));
        }
        parsed.into_iter().flatten().collect()
    }

    pub(super) fn flag(&mut self, setting: &str, default: bool) -> bool {
        self.parsed(setting, "true or false").unwrap_or(default)
    }

    pub(super) fn number(&mut self, setting: &str, default: u32, range: RangeInclusive<u32>) -> u32 {
        let number = self.parsed(setting, "a whole number").unwrap_or(default);
        if !range.contains(&number) {
            self.mistake(setting, &format!("it must be from {} to {}", range.start(), range.end()));
        }
        number
    }

    /// A span longer than nothing.
    pub(super) fn duration(&mut self, setting: &str, default: Duration) -> Duration {
        let Some(text) = self.text(setting) else { return default };
        let span = span::parse(&text);
        match span {
            None => self.mistake(setting, &SettingError::NotASpan.to_string()),
            Some(Duration::ZERO) => self.mistake(setting, "it must be longer than nothing"),
            Some(_) => {}
        }
        span.unwrap_or(default)
    }

    /// The settings, unless anything is wrong: a misspelt name is a mistake too.
    pub(super) fn finish<T>(mut self, settings: T) -> Result<T, Vec<Mistake>> {
        let unknown: Vec<String> =
            self.values.keys().filter(|name| !self.known.contains(*name)).cloned().collect();
        for name in unknown {
            self.mistake(&name, "there is no such setting");
        }
        if self.mistakes.is_empty() { Ok(settings) } else { Err(self.mistakes) }
    }
}

fn as_text(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The line of `key` in the section `prefix`, from 1.
fn line_of(text: &str, prefix: &str, key: &str) -> usize {
    let mut section = String::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.trim().clone_into(&mut section);
        } else if let Some((name, _)) = line.split_once('=') {
            let full = if section.is_empty() {
                name.trim().to_owned()
            } else {
                format!("{section}.{}", name.trim())
            };
            let wanted = if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") };
            if full == wanted {
                return index + 1;
            }
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::{Reader, line_of};
    use std::io::Write;

    const MASTER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn load(file: &str, environment: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
        let path = std::env::temp_dir().join(format!("idp-settings-{}-{:p}.toml", std::process::id(), file));
        std::fs::File::create(&path).unwrap().write_all(file.as_bytes()).unwrap();
        let pairs = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let loaded = Settings::load(Some(&path), pairs);
        std::fs::remove_file(&path).unwrap();
        let name = path.display().to_string();
        loaded.map_err(|mistakes| mistakes.iter().map(|m| m.to_string().replace(&name, "FILE")).collect())
    }

    #[test]
    fn every_mistake_is_named_with_its_place_at_once() {
        let file = "[server]\nissuer = \"http://example.ca\"\nlisten = \"here\"\nlissten = 1\n\n[lifetimes]\nactivation_code = \"30\"\n";
        let mistakes = load(file, &[("IDP_LIMITS__CODE_TRIES", "many")]).unwrap_err();
        for expected in [
            "FILE:2: server.issuer: it must be https; http is for a loopback host only",
            "FILE:3: server.listen: it must be an address and a port such as 127.0.0.1:8080",
            "FILE:4: server.lissten: there is no such setting",
            "FILE:7: lifetimes.activation_code: it must be a span such as 60s, 30m, 24h, 90d or 30 months",
            "environment IDP_LIMITS__CODE_TRIES: limits.code_tries: it must be a whole number",
        ] {
            assert!(mistakes.iter().any(|mistake| mistake == expected), "{expected} is not in {mistakes:#?}");
        }
        assert!(mistakes.iter().any(|mistake| mistake.starts_with("FILE: keys.master_key: it is required")));
    }

    #[test]
    fn the_environment_wins_over_the_file_and_secrets_come_from_files_too() {
        let secret = std::env::temp_dir().join(format!("idp-master-{}", std::process::id()));
        std::fs::write(&secret, format!("{MASTER_KEY}\n")).unwrap();
        let settings = load(
            "[server]\nissuer = \"https://a.example.ca\"\n",
            &[
                ("IDP_SERVER__ISSUER", "https://b.example.ca"),
                ("IDP_KEYS__MASTER_KEY_FILE", &secret.display().to_string()),
                ("HOME", "/"),
            ],
        )
        .unwrap();
        std::fs::remove_file(secret).unwrap();
        assert_eq!(settings.server.issuer, "https://b.example.ca");
        assert_eq!(settings.keys.master_key.expose(), MASTER_KEY);
    }

    #[test]
    fn publishing_ahead_is_never_shorter_than_the_caches_live() {
        let file = format!(
            "[server]\nissuer = \"https://a.example.ca\"\n[keys]\nmaster_key = \"{MASTER_KEY}\"\npublish_ahead = \"30m\"\n"
        );
        let mistakes = load(&file, &[]).unwrap_err();
        assert_eq!(mistakes, ["FILE:5: keys.publish_ahead: it must not be shorter than keys.jwks_max_age"]);
    }

    #[test]
    fn an_empty_master_key_is_none() {
        let file = "[server]\nissuer = \"https://a.example.ca\"\n[keys]\nmaster_key_file = \"/dev/null\"\n";
        let mistakes = load(file, &[]).unwrap_err();
        assert!(mistakes[0].contains("keys.master_key: it must be 32 bytes in base64"), "{mistakes:?}");
    }

    #[test]
    fn the_default_file_has_every_setting_with_its_default() {
        let file = include_str!("../../../../config/default.toml");
        // What is commented out has its place too.
        let is_setting = |rest: &&str| rest.split_once(" = ").is_some_and(|(name, _)| !name.contains(' '));
        let lines = file.lines().map(|line| line.strip_prefix("# ").filter(is_setting).unwrap_or(line));
        let whole = lines.collect::<Vec<_>>().join("\n");
        let mut reader = Reader::new(None, std::iter::empty());
        let _ = Settings::read(&mut reader);
        assert!(reader.known.len() > 40, "{:?}", reader.known);
        for setting in &reader.known {
            let is_file = setting.strip_suffix("_file").is_some_and(|plain| reader.known.contains(plain));
            let (section, key) = setting.rsplit_once('.').unwrap();
            assert!(is_file || line_of(&whole, section, key) > 1, "{setting} is not in config/default.toml");
        }
        let required = [("IDP_SERVER__ISSUER", "https://a.example.ca"), ("IDP_KEYS__MASTER_KEY", MASTER_KEY)];
        let [said, unsaid] = [file, ""].map(|file| load(file, &required).unwrap());
        assert_eq!(format!("{:?}", said.adjustable), format!("{:?}", unsaid.adjustable));
        assert_eq!(format!("{:?}", said.retention), format!("{:?}", unsaid.retention));
        assert_eq!((said.mail.timeout, said.mail.from), (unsaid.mail.timeout, unsaid.mail.from));
    }

    #[test]
    fn a_secret_is_not_in_what_is_printed() {
        let file = "[server]\nissuer = \"https://a.example.ca\"\n[keys]\nmaster_key = \"hunter2\"\n";
        let mistakes = load(file, &[]).unwrap_err();
        assert!(!mistakes.concat().contains("hunter2"), "{mistakes:?}");
    }
}
