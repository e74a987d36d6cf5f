//! The name or the meaning that was probably meant. Nothing here is taken without being said.

/// ` (“age”?)` for the name of `candidates` that is nearest to `name`, or nothing where none is near.
///
/// Near is an edit distance of at most a third of the name's characters (one at least), letter case aside. The text
/// has no word in it, so it stands in a sentence of any language.
///
/// ```
/// use riskset::cohort::suggestion::near;
/// assert_eq!(near("Aeg", ["id", "age"]), " (“age”?)");
/// assert_eq!(near("weight", ["id", "age"]), "");
/// ```
pub fn near<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let wanted: Vec<char> = name.to_lowercase().chars().collect();
    let limit = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&wanted, &candidate.to_lowercase().chars().collect::<Vec<char>>()), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min_by_key(|&(distance, _)| distance)
        .map_or_else(String::new, |(_, candidate)| format!(" (“{candidate}”?)"))
}

/// What a status value says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusWord {
    /// That the event occurred.
    Event,
    /// That it did not, up to the end of follow-up.
    Censored,
}

/// What a status value says by itself, in English or French, letter case aside; `None` for numbers and other words.
///
/// ```
/// use riskset::cohort::suggestion::{StatusWord, status_word};
/// assert_eq!(status_word("Décédé"), Some(StatusWord::Event));
/// assert_eq!(status_word("alive"), Some(StatusWord::Censored));
/// assert_eq!(status_word("1"), None);
/// ```
pub fn status_word(value: &str) -> Option<StatusWord> {
    const EVENT: [&str; 22] = [
        "true",
        "yes",
        "event",
        "dead",
        "died",
        "deceased",
        "death",
        "relapse",
        "recurrence",
        "progression",
        "vrai",
        "oui",
        "événement",
        "evenement",
        "décédé",
        "decede",
        "décédée",
        "decedee",
        "décès",
        "deces",
        "mort",
        "récidive",
    ];
    const CENSORED: [&str; 15] = [
        "false",
        "no",
        "censored",
        "censor",
        "alive",
        "living",
        "event-free",
        "none",
        "faux",
        "non",
        "censuré",
        "censure",
        "vivant",
        "vivante",
        "en vie",
    ];
    let value = value.trim().to_lowercase();
    if EVENT.contains(&value.as_str()) {
        Some(StatusWord::Event)
    } else if CENSORED.contains(&value.as_str()) {
        Some(StatusWord::Censored)
    } else {
        None
    }
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edit_distances() {
        let between = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(between("", ""), 0);
        assert_eq!(between("", "abc"), 3);
        assert_eq!(between("kitten", "sitting"), 3);
        assert_eq!(between("aeg", "age"), 1);
    }

    #[test]
    fn the_nearest_name() {
        let names = ["date_of_death", "date_of_birth", "âge"];
        assert_eq!(near("date_of_deth", names), " (“date_of_death”?)");
        assert_eq!(near("Date_Of_Birth", names), " (“date_of_birth”?)");
        assert_eq!(near("age", names), " (“âge”?)");
        assert_eq!(near("completely different", names), "");
    }
}
