//! What the server answers, read as a browser without a script engine reads it.

use reqwest::header::HeaderMap;
use std::fmt;
use url::Url;

/// An answer.
#[derive(Clone)]
pub struct Page {
    /// The status.
    pub status: u16,
    /// Where it came from.
    pub url: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}\nlocation: {:?}\n{}", self.status, self.url, self.location(), self.text())
    }
}

/// A form as it would be sent: its successful controls.
#[derive(Debug, Clone)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// Names and values in order.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// The value of a field; empty where there is none.
    pub fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The form with a field typed into, checked or added.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// The form without a field.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(key, _)| key != name);
        self
    }

    /// `application/x-www-form-urlencoded`
    pub fn encoded(&self) -> String {
        encode(&self.fields)
    }
}

/// `application/x-www-form-urlencoded`
pub fn encode(pairs: &[(String, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl Page {
    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where a redirect goes.
    pub fn location(&self) -> Option<&str> {
        self.headers.get("location").and_then(|value| value.to_str().ok())
    }

    /// A parameter of the redirect's query.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let url =
            Url::parse(&self.url).and_then(|base| base.join(self.location().unwrap_or_default())).ok()?;
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The document's title.
    pub fn title(&self) -> String {
        self.between("<title>", "</title>")
    }

    /// The words of the element with this id, its inner tags dropped.
    pub fn words_of(&self, id: &str) -> String {
        let tags = tags(&self.body);
        let Some(n) = tags.iter().position(|tag| tag.attribute("id") == Some(id)) else {
            return String::new();
        };
        let mut depth = 0;
        for tag in tags.iter().skip(n).filter(|tag| tag.name.trim_start_matches('/') == tags[n].name) {
            depth += if tag.name.starts_with('/') { -1 } else { 1 };
            if depth == 0 {
                return words(&self.body[tags[n].end..tag.start]);
            }
        }
        String::new()
    }

    /// The error summary's lines.
    pub fn errors(&self) -> Vec<String> {
        let Some((_, summary)) = self.body.split_once("id=\"error-summary\"") else { return Vec::new() };
        let (summary, _) = summary.split_once("</ul>").unwrap_or((summary, ""));
        summary.split("<li>").skip(1).map(words).collect()
    }

    /// The page's words, without tags.
    pub fn text(&self) -> String {
        words(&self.body)
    }

    /// Where the link with this id leads.
    pub fn link(&self, id: &str) -> String {
        let tag = format!("<a id=\"{id}\"");
        let rest = self.body.split_once(&tag).unwrap_or_else(|| panic!("no link {id}: {self:?}")).1;
        let href =
            rest.split_once("href=\"").and_then(|(_, rest)| rest.split_once('"')).expect("an address").0;
        href.replace("&#38;", "&").replace("&amp;", "&")
    }

    /// Whether the page has an element with this id.
    pub fn has(&self, id: &str) -> bool {
        self.body.contains(&format!("id=\"{id}\""))
    }

    /// The form with this id.
    pub fn form(&self, id: &str) -> Form {
        let tags = tags(&self.body);
        let is_it = |tag: &Tag| tag.name == "form" && tag.attribute("id") == Some(id);
        let begin = tags.iter().position(is_it).unwrap_or_else(|| panic!("no form {id} in {self:?}"));
        let inside: Vec<&Tag> = tags.iter().skip(begin + 1).take_while(|tag| tag.name != "/form").collect();
        let fields = (0..inside.len()).filter_map(|n| self.control(&inside[n..])).collect();
        Form { action: tags[begin].attribute("action").unwrap_or_default().to_owned(), fields }
    }

    /// What the control that `tags` begin with brings into its form, if it is one and brings anything.
    fn control(&self, tags: &[&Tag]) -> Option<(String, String)> {
        let first = tags.first()?;
        let name = || first.attribute("name").map(str::to_owned);
        match first.name.as_str() {
            "input" => first.successful(),
            "select" => {
                let options: Vec<&&Tag> = tags[1..]
                    .iter()
                    .take_while(|tag| tag.name != "/select")
                    .filter(|tag| tag.name == "option")
                    .collect();
                let chosen = options.iter().find(|tag| tag.attribute("selected").is_some());
                let chosen = chosen.or(options.first())?;
                Some((name()?, chosen.attribute("value").unwrap_or_default().to_owned()))
            }
            "textarea" => {
                let text = &self.body[first.end..tags.get(1)?.start];
                Some((name()?, unescape(text.strip_prefix('\n').unwrap_or(text))))
            }
            _ => None,
        }
    }

    fn between(&self, before: &str, after: &str) -> String {
        let rest = self.body.split_once(before).map_or("", |(_, rest)| rest);
        unescape(rest.split_once(after).map_or("", |(found, _)| found))
    }
}

struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    start: usize,
    end: usize,
}

impl Tag {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// What the control brings into its form, if anything.
    fn successful(&self) -> Option<(String, String)> {
        let name = self.attribute("name")?;
        let is_choice = matches!(self.attribute("type"), Some("checkbox" | "radio"));
        let value = self.attribute("value").unwrap_or(if is_choice { "on" } else { "" });
        (!is_choice || self.attribute("checked").is_some()).then(|| (name.to_owned(), value.to_owned()))
    }
}

/// The tags of a document of ours: attributes stand in double quotes or have no value.
fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(start) = html[at..].find('<').map(|n| at + n) {
        let end = tag_end(html, start);
        let inner = html[start + 1..end - 1].trim_end_matches('/');
        let (name, rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        tags.push(Tag { name: name.to_ascii_lowercase(), attributes: attributes(rest), start, end });
        at = end;
    }
    tags
}

/// Just behind the `>` that ends the tag at `start`.
fn tag_end(html: &str, start: usize) -> usize {
    let mut quoted = false;
    for (n, byte) in html.bytes().enumerate().skip(start) {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return n + 1,
            _ => {}
        }
    }
    panic!("a tag has no end: {}", &html[start..])
}

fn attributes(mut text: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    loop {
        text = text.trim_start();
        if text.is_empty() {
            return attributes;
        }
        let end = text.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let (value, rest) = match rest.strip_prefix("=\"") {
            Some(rest) => rest.split_once('"').unwrap_or((rest, "")),
            None => ("", rest.trim_start_matches('=')),
        };
        attributes.push((name.to_owned(), unescape(value)));
        text = rest;
    }
}

fn words(html: &str) -> String {
    let mut text = String::new();
    let mut at = 0;
    for tag in tags(html) {
        text.push_str(&html[at..tag.start]);
        text.push(' ');
        at = tag.end;
    }
    text.push_str(&html[at..]);
    unescape(&text).split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// The entities that our templates write.
fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, character) in [
        ("&#34;", "\""),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&lt;", "<"),
        ("&#62;", ">"),
        ("&gt;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_would_send_it() {
        let body = "<title>A &amp; B</title><form id=\"f\" action=\"/x?a=1&amp;b=2\"><input type=\"hidden\" name=\"_csrf\" value=\"&#34;t\">\
            <input name=\"email\" type=\"email\" value=\"\" required><input type=\"radio\" name=\"l\" value=\"en\" checked>\
            <input type=\"radio\" name=\"l\" value=\"fr\"><input type=\"checkbox\" name=\"terms\" value=\"yes\"></form>\
            <div id=\"a\"><div>one</div> <p>two</p></div>";
        let page =
            Page { status: 200, url: "http://x/".into(), headers: HeaderMap::new(), body: body.into() };
        let form = page.form("f").with("email", "a b").with("terms", "yes");
        assert_eq!(form.action, "/x?a=1&b=2");
        assert_eq!(form.encoded(), "_csrf=%22t&email=a+b&l=en&terms=yes");
        assert_eq!((page.title().as_str(), page.words_of("a").as_str()), ("A & B", "one two"));
    }
}
