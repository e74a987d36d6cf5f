//! From covariates by name to the columns of a model, and back from columns to named terms (rule 22).

use std::ops::Range;

use super::analysis::{Analysis, Covariate};
use super::context::Context;
use super::selection::{Presence, Selection};
use crate::cohort::Category;
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};
use crate::table::ColumnType;

/// A covariate with its typed cells, by table row.
pub struct Variable {
    /// The column.
    pub name: String,
    cells: Cells,
}

enum Cells {
    Number(Vec<Option<f64>>),
    Category(Category),
}

impl Variable {
    /// Which cells have a value.
    pub fn presence(&self) -> Presence {
        match &self.cells {
            Cells::Number(cells) => Presence::of(&self.name, cells),
            Cells::Category(category) => Presence::of(&self.name, &category.codes),
        }
    }
}

/// The columns of a model and the terms that its table shows.
pub struct ModelDesign {
    /// Columns in the order of the covariates, a value per analysed row.
    pub columns: Vec<Vec<f64>>,
    /// Rows of the model's table, reference levels and empty levels included.
    pub terms: Vec<PlannedTerm>,
    /// The columns of each covariate; empty where no level but the reference has rows.
    pub factors: Vec<(String, Range<usize>)>,
    /// What was noticed.
    pub cautions: Vec<Caution>,
}

/// A row of the model's table before the fit.
pub struct PlannedTerm {
    /// The covariate.
    pub variable: String,
    /// Level of a category; `None` for a number.
    pub level: Option<String>,
    /// What stands behind the row.
    pub role: Role,
    /// Rows of the level, or of the model for a number.
    pub n: usize,
    /// Events among them.
    pub n_event: usize,
}

/// What stands behind a row of the model's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The reference level.
    Reference,
    /// A column of the design.
    Column(usize),
    /// A level without rows, outside the degrees of freedom.
    Empty,
}

/// The typed covariates of `analysis`.
///
/// # Errors
/// [`ErrorKind::MissingOption`], [`ErrorKind::NotAvailable`] for interactions and splines, [`ErrorKind::WrongColumnType`] for
/// dates and free text, [`ErrorKind::BadOption`] for a covariate named twice, and whatever is wrong with the column's cells.
pub fn variables(context: &Context, analysis: &Analysis) -> Result<Vec<Variable>> {
    let covariates = analysis.required("covariates", analysis.covariates.as_deref())?;
    let mut variables: Vec<Variable> = Vec::with_capacity(covariates.len());
    for covariate in covariates {
        let name = match covariate {
            Covariate::Column(name) => name,
            Covariate::Other(value) => {
                return Err(Error::new(ErrorKind::NotAvailable).with("what", value).at(analysis.at("covariates")));
            }
        };
        let interaction = context.table.column(name).is_none() && name.contains([':', '*']);
        if interaction {
            return Err(Error::new(ErrorKind::NotAvailable).with("what", name).at(analysis.at("covariates")));
        }
        if variables.iter().any(|variable| variable.name == *name) {
            return Err(analysis.bad_option("covariates", format!("{name}, twice"), "each column once"));
        }
        let cells = match context.cohort.column_type(name)? {
            ColumnType::Number => Cells::Number(context.cohort.number(name)?),
            ColumnType::Category => Cells::Category(context.cohort.category(name)?),
            found @ (ColumnType::Date | ColumnType::Text) => {
                return Err(Error::new(ErrorKind::WrongColumnType)
                    .with("name", name)
                    .with("found", found.name())
                    .with("expected", "number / category")
                    .at(analysis.at("covariates")));
            }
        };
        variables.push(Variable { name: name.clone(), cells });
    }
    Ok(variables)
}

/// Cells of a design that are still held in memory: 400 MB.
const MOST_CELLS: usize = 50_000_000;

/// Columns of a design whose information matrix can still be taken apart.
const MOST_COLUMNS: usize = 1000;

/// The columns of the model on the selected rows, all of which have every covariate.
///
/// # Errors
/// [`ErrorKind::BadOption`] for more columns than can be fitted, as when an identifier is taken for a category.
pub fn design(variables: &[Variable], analysis: &Analysis, selection: &Selection) -> Result<ModelDesign> {
    let width = |variable: &Variable| match &variable.cells {
        Cells::Number(_) => 1,
        Cells::Category(category) => category.levels.len().saturating_sub(1),
    };
    let columns: usize = variables.iter().map(width).sum();
    if columns > MOST_COLUMNS || columns.saturating_mul(selection.rows.len()) > MOST_CELLS {
        let widest = variables.iter().max_by_key(|variable| width(variable)).map_or("", |variable| &variable.name);
        let found = format!("“{widest}” ({columns} parameters in all)");
        return Err(analysis.bad_option("covariates", found, "columns with few levels"));
    }
    let mut design = ModelDesign { columns: Vec::new(), terms: Vec::new(), factors: Vec::new(), cautions: Vec::new() };
    for variable in variables {
        let from = design.columns.len();
        match &variable.cells {
            Cells::Number(cells) => design.add_number(&variable.name, selection.take(cells), selection),
            Cells::Category(category) => {
                design.add_category(&variable.name, &category.levels, &selection.take(&category.codes), selection);
            }
        }
        design.factors.push((variable.name.clone(), from..design.columns.len()));
    }
    Ok(design)
}

impl ModelDesign {
    fn add_number(&mut self, name: &str, values: Vec<f64>, selection: &Selection) {
        if let Some(codes) = few_codes(&values) {
            self.cautions.push(Caution::new(CautionKind::NumericCodes).with("name", name).with("values", codes));
        }
        self.terms.push(PlannedTerm {
            variable: name.to_owned(),
            level: None,
            role: Role::Column(self.columns.len()),
            n: selection.counts.n,
            n_event: selection.counts.n_event,
        });
        self.columns.push(values);
    }

    fn add_category(&mut self, name: &str, levels: &[String], codes: &[u32], selection: &Selection) {
        let mut n = vec![0; levels.len()];
        let mut n_event = vec![0; levels.len()];
        for (&code, &event) in codes.iter().zip(&selection.event) {
            n[code as usize] += 1;
            n_event[code as usize] += usize::from(event);
        }
        let reference = n.iter().position(|&n| n > 0).unwrap_or(0);
        if reference > 0 {
            let moved = Caution::new(CautionKind::ReferenceMoved);
            self.cautions.push(moved.with("from", &levels[0]).with("variable", name).with("to", &levels[reference]));
        }
        for (index, level) in levels.iter().enumerate() {
            let role = if index == reference {
                Role::Reference
            } else if n[index] == 0 {
                self.cautions.push(Caution::new(CautionKind::EmptyLevel).with("level", level).with("name", name));
                Role::Empty
            } else {
                let column = codes.iter().map(|&code| f64::from(u8::from(code as usize == index))).collect();
                self.columns.push(column);
                Role::Column(self.columns.len() - 1)
            };
            self.terms.push(PlannedTerm {
                variable: name.to_owned(),
                level: Some(level.clone()),
                role,
                n: n[index],
                n_event: n_event[index],
            });
        }
    }

    /// The name of a design column: `variable` or `variable = level`.
    pub fn column_name(&self, column: usize) -> String {
        let term = self.terms.iter().find(|term| term.role == Role::Column(column));
        term.map_or_else(String::new, |term| match &term.level {
            Some(level) => format!("{} = {level}", term.variable),
            None => term.variable.clone(),
        })
    }
}

/// Three to five whole numbers and nothing else: these may be codes of a category.
fn few_codes(values: &[f64]) -> Option<String> {
    let mut distinct: Vec<f64> = Vec::with_capacity(6);
    for &value in values {
        if value.fract() != 0.0 {
            return None;
        }
        if !distinct.contains(&value) {
            distinct.push(value);
            if distinct.len() > 5 {
                return None;
            }
        }
    }
    distinct.sort_by(f64::total_cmp);
    let text: Vec<String> = distinct.iter().map(|&value| crate::table::number::shortest(value)).collect();
    (distinct.len() > 2).then(|| text.join(", "))
}
