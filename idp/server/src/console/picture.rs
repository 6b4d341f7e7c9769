//! Pictures as SVG, drawn here. Each only shows what a table beside it says, so that it is hidden from those who listen.

use askama::Template;
use askama::filters::HtmlSafe;
use idp_domain::time::Timestamp;

/// The width of every picture in its own units.
const WIDTH: i64 = 720;
/// The height of the bars.
const HEIGHT: i64 = 140;
/// What stands above the bars.
const TOP: i64 = 28;
/// A row of the time line.
const ROW: i64 = 46;
/// A bar in it.
const THICKNESS: i64 = 18;

/// Blue, then red; both 7:1 on white.
const FILLS: [&str; 2] = ["#00478f", "#a30000"];

struct Rectangle {
    x: i64,
    y: i64,
    width: i64,
    height: i64,
    fill: &'static str,
}

struct Word {
    x: i64,
    y: i64,
    /// `start`, `middle` or `end`.
    anchor: &'static str,
    text: String,
}

/// A picture.
#[derive(Template)]
#[template(path = "console/picture.html")]
pub struct Picture {
    id: &'static str,
    width: i64,
    height: i64,
    rectangles: Vec<Rectangle>,
    words: Vec<Word>,
}

impl HtmlSafe for Picture {}

/// A series of bars: what it is called, and its values.
pub struct Series {
    /// Its words.
    pub name: String,
    /// One value for each place.
    pub values: Vec<i64>,
}

/// Up to two series side by side; `labels` stand under every sixth place.
#[must_use]
pub fn bars(id: &'static str, series: &[Series], labels: &[String]) -> Picture {
    let places = i64::try_from(labels.len()).unwrap_or(1).max(1);
    let most = series.iter().flat_map(|series| series.values.iter().copied()).max().unwrap_or(0).max(1);
    let kinds = i64::try_from(series.len()).unwrap_or(1).max(1);
    let step = WIDTH / places;
    let width = (step - 4).max(kinds) / kinds;
    let mut picture =
        Picture { id, width: WIDTH, height: TOP + HEIGHT + 24, rectangles: Vec::new(), words: Vec::new() };
    let base = Rectangle { x: 0, y: TOP + HEIGHT, width: WIDTH, height: 2, fill: "#1a1a1a" };
    picture.rectangles.push(base);
    for ((kind, series), fill) in (0..).zip(series).zip(FILLS) {
        let x = kind * WIDTH / 2;
        picture.rectangles.push(Rectangle { x, y: 4, width: 14, height: 14, fill });
        picture.words.push(Word { x: x + 20, y: 16, anchor: "start", text: series.name.clone() });
        for (place, value) in (0..).zip(&series.values) {
            let height = (value.clamp(&0, &most) * HEIGHT + most - 1) / most;
            let (x, y) = (place * step + 2 + kind * width, TOP + HEIGHT - height);
            picture.rectangles.push(Rectangle { x, y, width: width.max(1), height, fill });
        }
    }
    for (place, label) in (0..).zip(labels).step_by(6) {
        let word = Word { x: place * step, y: TOP + HEIGHT + 20, anchor: "start", text: label.clone() };
        picture.words.push(word);
    }
    picture
}

/// A stretch of a life: from, until, and its colour.
pub struct Stretch {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// `#rrggbb`
    pub fill: &'static str,
}

/// One life.
pub struct Life {
    /// Whose.
    pub name: String,
    /// Its stretches.
    pub stretches: Vec<Stretch>,
}

/// Lives under one another, with a mark at `now` on each. `words` say the beginning, now, and the end.
#[must_use]
pub fn time_line(
    id: &'static str,
    lives: &[Life],
    now: Timestamp,
    words: [String; 3],
    legend: &[(&'static str, &'static str)],
) -> Picture {
    let ends = lives.iter().flat_map(|life| &life.stretches);
    let from = ends.clone().map(|stretch| stretch.from).min().unwrap_or(now).min(now);
    let until = ends.map(|stretch| stretch.until).max().unwrap_or(now).max(now);
    let span = until.micros().saturating_sub(from.micros()).max(1);
    let x = |at: Timestamp| {
        let share =
            i128::from(at.micros().saturating_sub(from.micros())) * i128::from(WIDTH) / i128::from(span);
        i64::try_from(share).unwrap_or(0).clamp(0, WIDTH)
    };
    let rows = i64::try_from(lives.len()).unwrap_or(0);
    let bottom = TOP + rows * ROW;
    let mut picture =
        Picture { id, width: WIDTH, height: bottom + 24, rectangles: Vec::new(), words: Vec::new() };
    let share = WIDTH / i64::try_from(legend.len()).unwrap_or(1).max(1);
    for (n, &(fill, text)) in (0..).zip(legend) {
        picture.rectangles.push(Rectangle { x: n * share, y: 4, width: 14, height: 14, fill });
        picture.words.push(Word { x: n * share + 20, y: 16, anchor: "start", text: text.to_owned() });
    }
    for (row, life) in (0..).zip(lives) {
        let y = TOP + row * ROW;
        picture.words.push(Word { x: 0, y: y + 16, anchor: "start", text: life.name.clone() });
        for &Stretch { from, until, fill } in &life.stretches {
            let (begin, end) = (x(from), x(until));
            let width = (end - begin).max(2);
            picture.rectangles.push(Rectangle { x: begin, y: y + 22, width, height: THICKNESS, fill });
        }
        // The line of this moment crosses the bars, not their names.
        let (at, height) = (x(now).min(WIDTH - 3), THICKNESS + 6);
        picture.rectangles.push(Rectangle { x: at, y: y + 19, width: 3, height, fill: "#1a1a1a" });
    }
    let middle = x(now).clamp(120, WIDTH - 120);
    for ((at, anchor), text) in [(0, "start"), (middle, "middle"), (WIDTH, "end")].into_iter().zip(words) {
        picture.words.push(Word { x: at, y: bottom + 18, anchor, text });
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stay_within_the_picture_whatever_the_values() {
        let series = |values: &[i64]| Series { name: "a".into(), values: values.to_vec() };
        let labels: Vec<String> = (0..24).map(|n| n.to_string()).collect();
        for values in [vec![0; 24], vec![1; 24], vec![i64::from(i32::MAX); 24], vec![-5; 24]] {
            let picture = bars("x", &[series(&values), series(&values)], &labels);
            for it in &picture.rectangles {
                assert!(it.x >= 0 && it.x + it.width <= WIDTH, "{}", it.x);
                assert!(it.y >= 0 && it.height >= 0 && it.y + it.height <= picture.height, "{}", it.y);
            }
        }
    }

    #[test]
    fn a_time_line_without_lives_or_with_a_moment_is_drawn() {
        let now = Timestamp::from_seconds(1000);
        let words = || [String::new(), String::new(), String::new()];
        assert!(time_line("x", &[], now, words(), &[]).rectangles.is_empty());
        let moment = Stretch { from: now, until: now, fill: "#000000" };
        let life = Life { name: "<k>".into(), stretches: vec![moment] };
        let picture = time_line("x", &[life], now, words(), &[("#000000", "next")]);
        let svg = picture.render().unwrap();
        assert!(svg.contains("&#60;k&#62;") && svg.contains("aria-hidden"), "{svg}");
    }
}
