//! The name that was probably meant.

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
