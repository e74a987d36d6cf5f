//! From covariates by name to the columns of a model, and back from columns to named terms (rules 22 and 30).

use std::ops::Range;
use std::rc::Rc;

use crate::hashing::IndexMap;
use serde_json::Value;

use super::analysis::Analysis;
use super::context::Context;
use super::covariate::{Covariate, Knots, expanded};
use super::selection::{Presence, Selection};
use crate::cohort::Category;
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};
use crate::num::spline;
use crate::sorting::sort_numbers;
use crate::table::ColumnType;

/// A covariate with its typed cells, by table row.
#[derive(Debug, Clone)]
pub struct Variable {
    /// The column, or `a:b`.
    pub name: String,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Column(Rc<Column>),
    Spline(Rc<Column>, Knots),
    /// Two columns or more.
    Interaction(Vec<Rc<Column>>),
}

#[derive(Debug)]
struct Column {
    name: String,
    cells: Cells,
    /// What a number is divided by in a model, where the study says so.
    per: Option<f64>,
}

#[derive(Debug)]
enum Cells {
    Number(Rc<Vec<Option<f64>>>),
    Category(Rc<Category>),
}

impl Column {
    /// The numbers of a model: in the unit that its ratio is to be per.
    fn scaled(&self, values: &[f64]) -> Vec<f64> {
        let per = self.per.unwrap_or(1.0);
        values.iter().map(|value| value / per).collect()
    }

    /// What a number is per; `None` for a category.
    fn number_per(&self) -> Option<f64> {
        self.per.filter(|_| matches!(self.cells, Cells::Number(_)))
    }

    fn number_part(&self) -> Part {
        Part::Number(self.name.clone(), self.per.unwrap_or(1.0))
    }

    fn presence(&self) -> Presence {
        match &self.cells {
            Cells::Number(cells) => Presence::of(&self.name, cells),
            Cells::Category(category) => Presence::of(&self.name, &category.codes),
        }
    }
}

/// Which cells of the variables' columns have a value, each column once.
pub fn presences(variables: &[Variable]) -> Vec<Presence> {
    let mut out: Vec<Presence> = Vec::new();
    for variable in variables {
        let columns = match &variable.content {
            Content::Column(column) | Content::Spline(column, _) => std::slice::from_ref(column),
            Content::Interaction(columns) => columns,
        };
        for column in columns {
            if !out.iter().any(|known| known.name == column.name) {
                out.push(column.presence());
            }
        }
    }
    out
}

/// The columns of a model and the terms that its table shows.
#[derive(Debug)]
pub struct ModelDesign {
    /// Columns in the order of the covariates, a value per analysed row.
    pub columns: Vec<Vec<f64>>,
    /// Rows of the model's table, reference levels and empty levels included.
    pub terms: Vec<PlannedTerm>,
    /// The covariates.
    pub factors: Vec<Factor>,
    /// What was noticed.
    pub cautions: Vec<Caution>,
    /// How each column is made.
    recipes: Vec<Recipe>,
    /// The levels with rows of each category that is used.
    levels: IndexMap<String, Vec<String>>,
}

/// A column of the design as a product.
type Recipe = Vec<Part>;

/// A factor of a column.
#[derive(Debug, Clone)]
enum Part {
    /// The number in this table column, divided by this.
    Number(String, f64),
    /// 1 at this level of this table column, else 0.
    Level(String, String),
    /// This column of the basis of a spline of this table column.
    Spline(String, usize),
}

/// A covariate of a model: a column, a spline or an interaction.
#[derive(Debug)]
pub struct Factor {
    /// Its name.
    pub variable: String,
    /// Its columns; empty where no level but the reference has rows.
    pub columns: Range<usize>,
    /// The knots of a spline, whose first column is the straight line; else empty.
    pub knots: Vec<f64>,
    /// Interactions of the model that this covariate is part of.
    pub with: Vec<String>,
    parts: Vec<String>,
}

impl Factor {
    /// Whether it is an interaction.
    pub fn is_interaction(&self) -> bool {
        self.parts.len() > 1
    }
}

/// A row of the model's table before the fit.
#[derive(Debug)]
pub struct PlannedTerm {
    /// The covariate.
    pub variable: String,
    /// Level of a category, of an interaction (`la:lb`), or part of a spline (`linear`, `spline 2`); `None` for a number.
    pub level: Option<String>,
    /// What stands behind the row.
    pub role: Role,
    /// Rows of the level, or of the model for a number.
    pub n: usize,
    /// Events among them.
    pub n_event: usize,
    /// How many units of its numbers the ratio is per, where the study says so.
    pub per: Option<f64>,
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

/// The covariates, typed. `option` is where they are written.
///
/// # Errors
/// [`ErrorKind::UnknownColumn`], [`ErrorKind::WrongColumnType`] for dates and free text, and for a spline of a category,
/// [`ErrorKind::BadOption`] for a covariate named twice or unusable knots, and whatever is wrong with a column's cells.
pub fn variables(
    context: &Context,
    analysis: &Analysis,
    option: &str,
    covariates: &[Covariate],
) -> Result<Vec<Variable>> {
    let mut reader = Reader { context, analysis, option, columns: Vec::new() };
    let mut variables: Vec<Variable> = Vec::with_capacity(covariates.len());
    let mut written: Vec<String> = Vec::new();
    for covariate in covariates {
        let (whole, new) = match covariate {
            Covariate::Spline(spline) => {
                let column = reader.column(&spline.column)?;
                reader.number(&column)?;
                let variable =
                    Variable { name: column.name.clone(), content: Content::Spline(column, spline.knots.clone()) };
                (spline.column.clone(), vec![variable])
            }
            Covariate::Named(name) => (name.clone(), reader.named(name)?),
        };
        let spline = matches!(covariate, Covariate::Spline(_));
        if written.contains(&whole) || (spline && variables.iter().any(|variable| variable.name == whole)) {
            return Err(analysis.bad_option(option, format!("{whole}, twice"), "each column once"));
        }
        written.push(whole);
        // `a*b` brings a and b with it, which may already be there.
        let known: Vec<String> = variables.iter().map(|variable| variable.name.clone()).collect();
        variables.extend(new.into_iter().filter(|variable| !known.contains(&variable.name)));
    }
    Ok(variables)
}

impl Variable {
    /// Columns that it has at most in the design.
    fn width(&self) -> usize {
        let of = |column: &Column| match &column.cells {
            Cells::Number(_) => 1,
            Cells::Category(category) => category.levels.len().saturating_sub(1),
        };
        match &self.content {
            Content::Column(column) => of(column),
            Content::Spline(_, _) => 1,
            Content::Interaction(columns) => columns.iter().fold(1, |width, column| width.saturating_mul(of(column))),
        }
    }
}

/// Cells of a design that are still held in memory: 400 MB.
const MOST_CELLS: usize = 50_000_000;

/// Columns of a design whose information matrix can still be taken apart.
const MOST_COLUMNS: usize = 1000;

/// Reads columns, each once.
struct Reader<'a, 'c> {
    context: &'a Context<'c>,
    analysis: &'a Analysis,
    option: &'a str,
    columns: Vec<Rc<Column>>,
}

impl Reader<'_, '_> {
    fn named(&mut self, name: &str) -> Result<Vec<Variable>> {
        if self.context.cohort.has(name) || !name.contains([':', '*']) {
            let column = self.column(name)?;
            return Ok(vec![Variable { name: column.name.clone(), content: Content::Column(column) }]);
        }
        let mut out = Vec::new();
        for mut parts in expanded(name) {
            let columns = parts.iter().map(|part| self.column(part)).collect::<Result<Vec<_>>>()?;
            let variable = parts.join(":");
            let content = match columns.as_slice() {
                [column] => Content::Column(column.clone()),
                _ => Content::Interaction(columns),
            };
            parts.sort_unstable();
            if parts.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(self.analysis.bad_option(self.option, name, "an interaction of different columns"));
            }
            out.push(Variable { name: variable, content });
        }
        Ok(out)
    }

    fn column(&mut self, name: &str) -> Result<Rc<Column>> {
        if let Some(column) = self.columns.iter().find(|column| column.name == name) {
            return Ok(column.clone());
        }
        let cells = match self.context.cohort.column_type(name)? {
            ColumnType::Number => Cells::Number(self.context.cohort.number(name)?),
            ColumnType::Category => Cells::Category(self.context.cohort.category(name)?),
            found @ (ColumnType::Date | ColumnType::Text) => {
                return Err(self.wrong_type(name, found.name(), "number / category"));
            }
        };
        let per = self.context.cohort.per(name);
        let column = Rc::new(Column { name: name.to_owned(), cells, per });
        self.columns.push(column.clone());
        Ok(column)
    }

    fn number(&self, column: &Column) -> Result<()> {
        match column.cells {
            Cells::Number(_) => Ok(()),
            Cells::Category(_) => Err(self.wrong_type(&column.name, "category", "number")),
        }
    }

    fn wrong_type(&self, name: &str, found: &str, expected: &str) -> Error {
        let error = Error::new(ErrorKind::WrongColumnType).with("name", name).with("found", found);
        error.with("expected", expected).at(self.analysis.at(self.option))
    }
}

/// The columns of the model on the selected rows, all of which have every covariate.
///
/// # Errors
/// [`ErrorKind::BadOption`] for more columns than can be fitted, as when an identifier is taken for a category.
/// As well for knots that the values of a spline do not allow.
pub fn design(analysis: &Analysis, option: &str, variables: &[Variable], selection: &Selection) -> Result<ModelDesign> {
    let columns: usize = variables.iter().map(Variable::width).sum();
    if columns > MOST_COLUMNS || columns.saturating_mul(selection.rows.len()) > MOST_CELLS {
        let widest = variables.iter().max_by_key(|variable| variable.width()).map_or("", |variable| &variable.name);
        let found = format!("“{widest}” ({columns} parameters in all)");
        return Err(analysis.bad_option(option, found, "columns with few levels"));
    }
    let mut design = ModelDesign {
        columns: Vec::new(),
        terms: Vec::new(),
        factors: Vec::new(),
        cautions: Vec::new(),
        recipes: Vec::new(),
        levels: IndexMap::default(),
    };
    for variable in variables {
        let from = design.columns.len();
        let mut knots = Vec::new();
        let mut parts = vec![variable.name.clone()];
        match &variable.content {
            Content::Column(column) => match &column.cells {
                Cells::Number(cells) => design.add_number(column, &selection.take(cells), selection),
                Cells::Category(category) => design.add_category(&column.name, &Levels::of(category, selection)),
            },
            Content::Spline(column, wanted) => {
                if let Cells::Number(cells) = &column.cells {
                    let values = selection.take(cells);
                    knots = knots_of(&values, wanted)
                        .map_err(|(found, expected)| analysis.bad_option(option, found, expected))?;
                    design.add_spline(&column.name, &values, &knots, selection);
                }
            }
            Content::Interaction(columns) => {
                parts = columns.iter().map(|column| column.name.clone()).collect();
                design.add_interaction(&variable.name, columns, selection);
            }
        }
        let columns = from..design.columns.len();
        design.factors.push(Factor { variable: variable.name.clone(), columns, knots, with: Vec::new(), parts });
    }
    design.relate();
    Ok(design)
}

/// A category on the analysed rows.
struct Levels<'a> {
    names: &'a [String],
    codes: Vec<u32>,
    n: Vec<usize>,
    n_event: Vec<usize>,
    /// The first level with rows.
    reference: usize,
}

impl<'a> Levels<'a> {
    fn of(category: &'a Category, selection: &Selection) -> Self {
        let codes = selection.take(&category.codes);
        let mut n = vec![0; category.levels.len()];
        let mut n_event = vec![0; category.levels.len()];
        for (&code, &event) in codes.iter().zip(&selection.event) {
            n[code as usize] += 1;
            n_event[code as usize] += usize::from(event);
        }
        let reference = n.iter().position(|&n| n > 0).unwrap_or(0);
        Self { names: &category.levels, codes, n, n_event, reference }
    }

    /// 1 in the rows of a level, 0 elsewhere.
    fn indicator(&self, level: usize) -> Vec<f64> {
        self.codes.iter().map(|&code| f64::from(u8::from(code as usize == level))).collect()
    }
}

impl ModelDesign {
    fn add_number(&mut self, column: &Column, values: &[f64], selection: &Selection) {
        let name = column.name.as_str();
        if let Some(codes) = few_codes(values) {
            self.cautions.push(Caution::new(CautionKind::NumericCodes).with("name", name).with("values", codes));
        }
        self.add(name, None, column.scaled(values), selection);
        if let Some(term) = self.terms.last_mut() {
            term.per = column.per;
        }
        self.recipes.push(vec![column.number_part()]);
    }

    /// A column that every row has a part in.
    fn add(&mut self, variable: &str, level: Option<String>, values: Vec<f64>, selection: &Selection) {
        self.terms.push(PlannedTerm {
            variable: variable.to_owned(),
            level,
            role: Role::Column(self.columns.len()),
            n: selection.counts.n,
            n_event: selection.counts.n_event,
            per: None,
        });
        self.columns.push(values);
    }

    fn add_category(&mut self, name: &str, levels: &Levels) {
        let reference = levels.reference;
        if reference > 0 {
            let moved = Caution::new(CautionKind::ReferenceMoved);
            let (from, to) = (&levels.names[0], &levels.names[reference]);
            self.cautions.push(moved.with("from", from).with("variable", name).with("to", to));
        }
        self.know(name, levels);
        for (index, level) in levels.names.iter().enumerate() {
            let role = if index == reference {
                Role::Reference
            } else if levels.n[index] == 0 {
                self.cautions.push(Caution::new(CautionKind::EmptyLevel).with("level", level).with("name", name));
                Role::Empty
            } else {
                self.columns.push(levels.indicator(index));
                self.recipes.push(vec![Part::Level(name.to_owned(), level.clone())]);
                Role::Column(self.columns.len() - 1)
            };
            let (n, n_event) = (levels.n[index], levels.n_event[index]);
            let level = Some(level.clone());
            self.terms.push(PlannedTerm { variable: name.to_owned(), level, role, n, n_event, per: None });
        }
    }

    /// Keeps which levels a patient can have.
    fn know(&mut self, name: &str, levels: &Levels) {
        let with_rows = levels.names.iter().zip(&levels.n).filter(|(_, n)| **n > 0);
        self.levels.insert(name.to_owned(), with_rows.map(|(level, _)| level.clone()).collect());
    }

    fn add_spline(&mut self, name: &str, values: &[f64], knots: &[f64], selection: &Selection) {
        for (index, column) in spline::restricted_cubic(values, knots).into_iter().enumerate() {
            let level = if index == 0 { "linear".to_owned() } else { format!("spline {}", index + 1) };
            self.add(name, Some(level), column, selection);
            self.recipes.push(vec![Part::Spline(name.to_owned(), index)]);
        }
    }

    /// The products of the parts' columns, the first part's levels changing fastest.
    fn add_interaction(&mut self, name: &str, parts: &[Rc<Column>], selection: &Selection) {
        /// A product so far.
        #[derive(Clone)]
        struct Product {
            labels: Vec<String>,
            recipe: Recipe,
            column: Vec<f64>,
            inside: Vec<bool>,
        }
        let n = selection.rows.len();
        let per = parts.iter().filter_map(|part| part.number_per()).reduce(|a, b| a * b);
        let one = Product { labels: Vec::new(), recipe: Vec::new(), column: vec![1.0; n], inside: vec![true; n] };
        let mut products = vec![one];
        for part in parts {
            let mut next = Vec::new();
            match &part.cells {
                Cells::Number(cells) => {
                    let values = part.scaled(&selection.take(cells));
                    for product in &products {
                        let mut product = product.clone();
                        product.column.iter_mut().zip(&values).for_each(|(a, b)| *a *= b);
                        product.recipe.push(part.number_part());
                        next.push(product);
                    }
                }
                Cells::Category(category) => {
                    let levels = Levels::of(category, selection);
                    self.know(&part.name, &levels);
                    for index in (0..levels.names.len()).filter(|&index| index != levels.reference) {
                        for product in &products {
                            let mut product = product.clone();
                            for (row, &code) in levels.codes.iter().enumerate() {
                                if code as usize != index {
                                    product.column[row] = 0.0;
                                    product.inside[row] = false;
                                }
                            }
                            product.labels.push(levels.names[index].clone());
                            product.recipe.push(Part::Level(part.name.clone(), levels.names[index].clone()));
                            next.push(product);
                        }
                    }
                }
            }
            products = next;
        }
        for Product { labels, recipe, column, inside } in products {
            let n = inside.iter().filter(|&&inside| inside).count();
            let n_event = inside.iter().zip(&selection.event).filter(|&(&inside, &event)| inside && event).count();
            let level = (!labels.is_empty()).then(|| labels.join(":"));
            let role = if n == 0 {
                let level = level.clone().unwrap_or_default();
                self.cautions.push(Caution::new(CautionKind::EmptyLevel).with("level", level).with("name", name));
                Role::Empty
            } else {
                self.columns.push(column);
                self.recipes.push(recipe);
                Role::Column(self.columns.len() - 1)
            };
            self.terms.push(PlannedTerm { variable: name.to_owned(), level, role, n, n_event, per });
        }
    }

    /// The columns as they would be if every row had this level of a category; `None` where it is not a covariate of its own
    /// outside interactions, whose columns would change with it.
    pub fn columns_if(&self, variable: &str, level: &str) -> Option<Vec<Vec<f64>>> {
        let factor = self.factors.iter().find(|factor| factor.variable == variable)?;
        if !factor.with.is_empty() || !self.levels.contains_key(variable) || factor.is_interaction() {
            return None;
        }
        let mut columns = self.columns.clone();
        for index in factor.columns.clone() {
            let is = self.recipes[index].iter().all(|part| matches!(part, Part::Level(_, own) if own == level));
            columns[index].fill(f64::from(u8::from(is)));
        }
        Some(columns)
    }

    /// The levels with rows of a category, with their rows.
    pub fn levels_of(&self, variable: &str) -> Vec<(String, usize)> {
        let terms = self.terms.iter().filter(|term| term.variable == variable && term.role != Role::Empty);
        terms.filter_map(|term| Some((term.level.clone()?, term.n))).collect()
    }

    /// Whether the model uses this table column.
    pub fn uses(&self, name: &str) -> bool {
        self.factors.iter().any(|factor| factor.parts.iter().any(|part| part == name))
    }

    /// The design columns of a patient with these values, by table column; or the table column whose value is missing or
    /// does not fit, with what would fit.
    ///
    /// # Errors
    /// As said: (column, what is expected).
    pub fn columns_at(&self, values: &IndexMap<String, Value>) -> std::result::Result<Vec<f64>, (String, String)> {
        let number = |name: &String| {
            values.get(name).and_then(Value::as_f64).ok_or_else(|| (name.clone(), format!("a number for {name}")))
        };
        let level = |name: &String| {
            let levels = self.levels.get(name).map_or(&[][..], Vec::as_slice);
            let given = values.get(name).and_then(|value| match value {
                Value::String(text) => Some(text.trim().to_owned()),
                Value::Number(number) => number.as_f64().map(crate::table::number::shortest),
                _ => None,
            });
            given
                .filter(|given| levels.contains(given))
                .ok_or_else(|| (name.clone(), format!("a level of {name}: {}", levels.join(", "))))
        };
        let part = |part: &Part| match part {
            Part::Number(name, per) => number(name).map(|value| value / per),
            Part::Level(name, wanted) => Ok(f64::from(u8::from(level(name)? == *wanted))),
            Part::Spline(name, index) => {
                let knots = self.factors.iter().find(|factor| factor.variable == *name).map(|factor| &factor.knots);
                let basis = spline::restricted_cubic(&[number(name)?], knots.map_or(&[], Vec::as_slice));
                Ok(basis.get(*index).map_or(0.0, |column| column[0]))
            }
        };
        let product = |recipe: &Recipe| recipe.iter().map(part).try_fold(1.0, |product, value| Ok(product * value?));
        self.recipes.iter().map(product).collect()
    }

    /// Notes which interactions each covariate is part of, and which interactions stand without one of their parts.
    fn relate(&mut self) {
        let interactions: Vec<(String, Vec<String>)> = (self.factors.iter())
            .filter(|factor| factor.is_interaction())
            .map(|factor| (factor.variable.clone(), factor.parts.clone()))
            .collect();
        for factor in &mut self.factors {
            let contains = |parts: &[String]| {
                parts.len() > factor.parts.len() && factor.parts.iter().all(|part| parts.contains(part))
            };
            factor.with =
                interactions.iter().filter(|(_, parts)| contains(parts)).map(|(name, _)| name.clone()).collect();
        }
        for (name, parts) in &interactions {
            let absent = |part: &&String| !self.factors.iter().any(|factor| factor.variable == **part);
            let missing: Vec<String> = parts.iter().filter(absent).cloned().collect();
            self.cautions.push(if missing.is_empty() {
                Caution::new(CautionKind::InteractionPresent).with("name", name).with("parts", parts.join(", "))
            } else {
                Caution::new(CautionKind::InteractionAlone).with("name", name).with("missing", missing.join(", "))
            });
        }
    }

    /// The columns of a factor, and those of the interactions that it is part of.
    pub fn columns_with(&self, factor: &Factor) -> Vec<usize> {
        let related = |other: &&Factor| other.variable == factor.variable || factor.with.contains(&other.variable);
        self.factors.iter().filter(related).flat_map(|factor| factor.columns.clone()).collect()
    }

    /// The name of a design column: `variable` or `variable = level`.
    pub fn column_name(&self, column: usize) -> String {
        let spline =
            |variable: &str| self.factors.iter().any(|factor| factor.variable == variable && !factor.knots.is_empty());
        let term = self.terms.iter().find(|term| term.role == Role::Column(column));
        term.map_or_else(String::new, |term| match &term.level {
            Some(level) if spline(&term.variable) => format!("{} ({level})", term.variable),
            Some(level) => format!("{} = {level}", term.variable),
            None => term.variable.clone(),
        })
    }
}

/// The knots on these values, or what is wrong with those asked for: what was found, and what is expected.
fn knots_of(values: &[f64], wanted: &Knots) -> std::result::Result<Vec<f64>, (String, &'static str)> {
    let (knots, expected) = match wanted {
        Knots::Count(count @ 3..=7) => {
            let mut sorted = values.to_vec();
            sort_numbers(&mut sorted);
            let probs = spline::knot_probs(*count);
            let knots = probs.iter().filter_map(|&prob| spline::quantile(&sorted, prob)).collect();
            (knots, "fewer knots: the column has too few different values for these")
        }
        Knots::Count(count) => return Err((format!("{count} knots"), "3 to 7 knots, or a list of values")),
        Knots::At(knots) => (knots.clone(), "at least 3 rising values as knots"),
    };
    let rising = knots.len() >= 3 && knots.windows(2).all(|pair| pair[0] < pair[1]);
    let shown: Vec<String> = knots.iter().map(|&knot| crate::table::number::shortest(knot)).collect();
    if rising { Ok(knots) } else { Err((format!("knots at {}", shown.join(", ")), expected)) }
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
    sort_numbers(&mut distinct);
    let text: Vec<String> = distinct.iter().map(|&value| crate::table::number::shortest(value)).collect();
    (distinct.len() > 2).then(|| text.join(", "))
}
