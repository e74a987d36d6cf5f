//! How a file is to be read, where a person says so.

use serde::{Deserialize, Serialize};

use super::Dialect;
use super::encoding::Encoding;
use crate::error::{Error, ErrorKind, Result};

/// How a file is to be read: `data.read` of the study. What is absent is detected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadOptions {
    /// Character between cells: one ASCII character that is no letter, digit, quote or line break.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// Decimal mark: `.` or `,`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
    /// `UTF-8`, `UTF-16LE`, `UTF-16BE`, `windows-1252`, `ISO-8859-1` or `macintosh`; for SPSS and Stata files any encoding of the
    /// WHATWG Encoding Standard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Physical line of the header, from 1; 0: there is none, and columns are named `column_1`, `column_2`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_line: Option<usize>,
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Whether a file with labelled values gives the labels or the values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Labels>,
}

/// What labelled values of SPSS and Stata are read as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Labels {
    /// The labels, where every value has one.
    #[default]
    Labels,
    /// The values, as they are.
    Values,
}

impl Labels {
    /// The name in the study document.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Labels => "labels",
            Self::Values => "values",
        }
    }
}

/// The error of a value that an option cannot have.
pub(super) fn bad(option: &str, found: impl ToString, expected: &str) -> Error {
    Error::new(ErrorKind::BadOption)
        .with("option", format!("data.read.{option}"))
        .with("found", found.to_string())
        .with("expected", expected)
}

impl ReadOptions {
    /// Reads options from JSON text; an empty text is none.
    ///
    /// # Errors
    /// [`ErrorKind::StudyUnreadable`] with what is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        crate::json::read(text).map_err(|error| Error::new(ErrorKind::StudyUnreadable).with("reason", error))
    }

    pub(super) fn encoding(&self) -> Result<Option<Encoding>> {
        let Some(name) = &self.encoding else { return Ok(None) };
        let known = Encoding::ALL.map(Encoding::name).join(", ");
        Encoding::of_name(name).map(Some).ok_or_else(|| bad("encoding", name, &known))
    }

    /// The encoding is checked when the format of the file is known.
    pub(super) fn check(&self) -> Result<()> {
        if let Some(c) = self.delimiter
            && (!c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '"' | '\n' | '\r' | '\0'))
        {
            return Err(bad("delimiter", c, ", ; | tab"));
        }
        if let Some(c) = self.decimal
            && !matches!(c, '.' | ',')
        {
            return Err(bad("decimal", c, ". ,"));
        }
        Ok(())
    }

    /// The first option that is not how `dialect` says the file was read: its name, what was read, what was asked. Options that
    /// files of this format do not have are not looked at.
    pub fn differs_from(&self, dialect: &Dialect) -> Option<(&'static str, String, String)> {
        let differs = |name, found: Option<String>, asked: Option<String>| {
            let (found, asked) = (found?, asked?);
            (!asked.eq_ignore_ascii_case(&found)).then_some((name, found, asked))
        };
        let is_text = dialect.format == "csv";
        let has_header = is_text || dialect.sheet.is_some();
        let has_encoding = is_text || dialect.labels.is_some();
        let text = |c: char| c.to_string();
        differs("delimiter", is_text.then(|| text(dialect.delimiter)), self.delimiter.map(text))
            .or_else(|| differs("decimal", is_text.then(|| text(dialect.decimal)), self.decimal.map(text)))
            .or_else(|| differs("encoding", has_encoding.then(|| dialect.encoding.clone()), self.encoding.clone()))
            .or_else(|| {
                let found = has_header.then(|| dialect.header_line.to_string());
                differs("header_line", found, self.header_line.map(|n| n.to_string()))
            })
            .or_else(|| differs("sheet", dialect.sheet.clone(), self.sheet.clone()))
            .or_else(|| {
                let name = |labels: Option<Labels>| labels.map(|labels| labels.name().to_owned());
                differs("labels", name(dialect.labels), name(self.labels))
            })
    }
}
