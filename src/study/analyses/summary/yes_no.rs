//! Yes/no columns in one block of Table 1: a row for each, with the count of who says yes.

use super::{Rules, Sample, caution, difference, percent};
use crate::error::{Caution, CautionKind, Result};
use crate::study::analysis::Analysis;
use crate::study::context::Context;
use crate::study::results::AnalysisResult;
use crate::study::summary_entry::YesNo;
use crate::study::summary_results::{YesCount, YesNoBlock, YesNoItem};
use crate::survival::describe::{compare, smd};

/// What says yes in a file, with what says no beside it; compared without regard to capitals.
const ANSWERS: [(&str, &str); 6] =
    [("yes", "no"), ("oui", "non"), ("y", "n"), ("true", "false"), ("vrai", "faux"), ("1", "0")];

/// The block, each column read as a category.
///
/// # Errors
/// [`crate::error::ErrorKind::BadOption`] where no one level of a column says yes and the study does not name it; whatever keeps
/// a column from being read.
pub fn block(
    context: &Context,
    analysis: &Analysis,
    asked: &YesNo,
    sample: &Sample,
    rules: &Rules,
    result: &mut AnalysisResult,
) -> Result<YesNoBlock> {
    let mut items = Vec::with_capacity(asked.yes_no.len());
    for name in &asked.yes_no {
        let category = context.cohort.category(name)?;
        let level = match &asked.level {
            Some(level) => level.clone(),
            None => yes(&category.levels).ok_or_else(|| {
                let expected =
                    format!("named: which of these levels of {name} says yes: {}", category.levels.join(", "));
                analysis.bad_option("level", "left out", &expected)
            })?,
        };
        let code = category.levels.iter().position(|known| *known == level);
        let n_groups = sample.groups.len();
        let columns = n_groups.max(1);
        let (mut said, mut other, mut missing) = (vec![0; columns], vec![0; columns], vec![0; columns]);
        for (&row, &group) in sample.rows.iter().zip(&sample.codes) {
            let counts = match category.codes[row] {
                Some(found) if Some(found as usize) == code => &mut said,
                Some(_) => &mut other,
                None => &mut missing,
            };
            counts[group as usize] += 1;
        }
        if said.iter().all(|&n| n == 0) {
            result.cautions.push(Caution::new(CautionKind::EmptyLevel).with("level", &level).with("name", name));
        }
        let count = |group: Option<String>, said: usize, other: usize, n_missing: usize| YesCount {
            group,
            n: said,
            percent: percent(said, said + other),
            n_missing,
        };
        let groups = sample.groups.iter().enumerate();
        let groups = groups.map(|(at, group)| count(Some(group.clone()), said[at], other[at], missing[at])).collect();
        let sum = |counts: &[usize]| counts.iter().sum();
        let overall = count(None, sum(&said), sum(&other), sum(&missing));
        let pair = (n_groups == 2).then(|| smd::levels(&[said[0], other[0]], &[said[1], other[1]]));
        let counts = [said, other];
        let test = (n_groups > 0).then(|| compare::levels(&counts, rules.categorical_test, rules.continuity));
        result.cautions.extend(test.as_ref().and_then(|test| caution(name, test)));
        let standardised_difference = pair.map(difference);
        items.push(YesNoItem { variable: name.clone(), level, groups, test, overall, standardised_difference });
    }
    Ok(YesNoBlock { kind: "yes_no", heading: asked.heading.clone(), items })
}

/// The one level that says yes. A column that only says no gets the yes that belongs to its no, one without a value `Yes`.
fn yes(levels: &[String]) -> Option<String> {
    let is = |level: &str, word: &str| level.to_lowercase() == word;
    let says_yes: Vec<&String> = levels.iter().filter(|level| ANSWERS.iter().any(|(yes, _)| is(level, yes))).collect();
    match (says_yes.as_slice(), levels) {
        // Of the codes 1 and 2 either may mean yes.
        ([level], _) if *level == "1" && levels.iter().any(|other| other != "0" && other != "1") => None,
        ([level], _) => Some((*level).clone()),
        ([], []) => Some("Yes".to_owned()),
        ([], [level]) => {
            let (yes, _) = ANSWERS.iter().find(|(_, no)| is(level, no))?;
            let capital = level.chars().next().is_some_and(char::is_uppercase);
            let first = |text: &str| text.chars().take(1).flat_map(char::to_uppercase).collect::<String>();
            Some(if capital { first(yes) + yes.get(1..).unwrap_or_default() } else { (*yes).to_owned() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_that_says_yes() {
        let yes = |levels: &[&str]| yes(&levels.iter().map(|&level| level.to_owned()).collect::<Vec<_>>());
        assert_eq!(yes(&["No", "Yes"]).as_deref(), Some("Yes"));
        assert_eq!(yes(&["OUI", "NON", "NSP"]).as_deref(), Some("OUI"));
        assert_eq!(yes(&["0", "1"]).as_deref(), Some("1"));
        assert_eq!(yes(&["No"]).as_deref(), Some("Yes"));
        assert_eq!(yes(&["non"]).as_deref(), Some("oui"));
        assert_eq!(yes(&["0"]).as_deref(), Some("1"));
        assert_eq!(yes(&[]).as_deref(), Some("Yes"));
        assert_eq!(yes(&["YES", "yes"]), None);
        assert_eq!(yes(&["R0", "R1"]), None);
        assert_eq!(yes(&["1", "2"]), None);
    }
}
