//! Columns as levels, and whether a cell has one of some values.

use std::borrow::Cow;
use std::rc::Rc;

use super::{Cohort, once};
use crate::cohort::scalar;
use crate::error::{Error, ErrorKind, Position, Result};
use crate::hashing::HashMap;
use crate::table::level;

/// A column of levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The levels in order, the first being the reference.
    pub levels: Vec<String>,
    /// Index into `levels` by table row; `None` where missing or excluded.
    pub codes: Vec<Option<u32>>,
}

/// A column as codes of its distinct texts, in order of appearance.
pub(in crate::cohort) struct Coded<'a> {
    pub texts: Vec<&'a str>,
    pub codes: Vec<Option<u32>>,
}

impl Cohort<'_> {
    /// The column as levels; any column can be one.
    ///
    /// Levels are those declared, else those of its cut points, else those of the file in numeric order if all are numbers, else by
    /// code point; numbers are in their shortest form. A declared reference comes first.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`]; [`ErrorKind::UnknownLevel`] with the place of the first cell outside declared levels; if the
    /// column is declared as numbers or dates, or has cut points, the errors of [`Self::number`] or [`Self::date`];
    /// [`ErrorKind::BadOption`] for a reference that is no level.
    pub fn category(&self, name: &str) -> Result<Rc<Category>> {
        once(&self.categories, name, || self.category_of(name))
    }

    pub(super) fn category_of(&self, name: &str) -> Result<Category> {
        self.check_declared(name)?;
        let format = self.number_format(name);
        let spec = self.specs.get(name);
        let cuts = spec.and_then(|spec| spec.cuts.as_ref());
        let (names, mut codes): (Vec<Cow<str>>, _) = match cuts {
            Some(cuts) => {
                let code = |x: Option<f64>| x.map(|x| cuts.level(x) as u32);
                let codes = self.numbers_of(name)?.iter().copied().map(code).collect();
                (cuts.labels.iter().map(|label| Cow::Borrowed(label.as_str())).collect(), codes)
            }
            None => {
                let Coded { texts, codes } = self.coded(name)?;
                (texts.iter().map(|text| level::name(text, format)).collect(), codes)
            }
        };
        let declared = spec.and_then(|spec| spec.levels.as_ref());
        let mut levels: Vec<String> = match (declared, cuts) {
            (Some(levels), _) => levels.iter().map(|level| scalar::level_of(level, format)).collect(),
            (None, Some(cuts)) => cuts.labels.clone(),
            (None, None) => {
                let mut levels: Vec<String> = names.iter().map(|name| name.clone().into_owned()).collect();
                levels.sort_unstable();
                levels.dedup();
                level::sort(&mut levels);
                levels
            }
        };
        if let Some(reference) = spec.and_then(|spec| spec.reference.as_ref()) {
            let wanted = scalar::level_of(reference, format);
            let Some(at) = levels.iter().position(|level| *level == wanted) else {
                let place = Position { path: Some(format!("data.columns.{name}.reference")), ..Position::default() };
                let error = Error::new(ErrorKind::BadOption).with("option", "reference").with("found", reference);
                return Err(error.with("expected", levels.join(", ")).at(place));
            };
            levels[..=at].rotate_right(1);
        }
        let index: HashMap<&str, u32> = (0u32..).zip(&levels).map(|(code, level)| (level.as_str(), code)).collect();
        let of_text: Vec<Option<u32>> = names.iter().map(|name| index.get(name.as_ref()).copied()).collect();
        for (row, code) in codes.iter_mut().enumerate() {
            let Some(text) = *code else { continue };
            *code = of_text[text as usize];
            if code.is_none() {
                return Err(self.at(ErrorKind::UnknownLevel, row, name).with("levels", levels.join(", ")));
            }
        }
        Ok(Category { levels, codes })
    }

    /// The column as codes of its texts; missing and excluded cells have none.
    pub(in crate::cohort) fn coded<'s>(&'s self, name: &str) -> Result<Coded<'s>> {
        let column = self.column(name)?;
        let mut known: HashMap<&'s str, u32> = HashMap::default();
        let mut texts: Vec<&'s str> = Vec::new();
        let codes = self.read(name, column, |_, cell| {
            Ok(*known.entry(cell).or_insert_with(|| {
                texts.push(cell);
                (texts.len() - 1) as u32
            }))
        })?;
        Ok(Coded { texts, codes })
    }

    /// Whether each row's value in a column is one of `values` (names of levels). Missing is never in; rows that the study leaves out
    /// are judged like all others.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`].
    pub fn is_in(&self, name: &str, values: &[String]) -> Result<Vec<bool>> {
        Ok(self.has_value(name, values)?.into_iter().map(|is_in| is_in == Some(true)).collect())
    }

    /// The same, missing told apart (`None`).
    pub(in crate::cohort) fn has_value(&self, name: &str, values: &[String]) -> Result<Vec<Option<bool>>> {
        let cells = self.cells(name);
        let cuts = self.specs.get(name).and_then(|spec| spec.cuts.as_ref());
        let format = self.number_format(name);
        let is_in = |cell: &str| {
            let text = cells.text(cell)?;
            let level = match cuts {
                None => level::name(text, format),
                Some(cuts) => Cow::Borrowed(cuts.labels[cuts.level(format.read(text)?)].as_str()),
            };
            Some(values.iter().any(|value| *value == level))
        };
        Ok(self.column(name)?.cells().map(is_in).collect())
    }
}
