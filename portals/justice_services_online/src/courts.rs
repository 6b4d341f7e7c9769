//! Where documents are filed.

/// The courts, from A to Z.
pub(crate) const COURTS: [&str; 24] = [
    "Barrie",
    "Belleville",
    "Brampton",
    "Brockville",
    "Cornwall",
    "Guelph",
    "Hamilton",
    "Kenora",
    "Kingston",
    "Kitchener",
    "London",
    "Milton",
    "Newmarket",
    "North Bay",
    "Oshawa",
    "Ottawa",
    "Peterborough",
    "Sault Ste. Marie",
    "St. Catharines",
    "Sudbury",
    "Thunder Bay",
    "Timmins",
    "Toronto",
    "Windsor",
];
