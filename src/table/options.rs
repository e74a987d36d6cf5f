//! How a file is to be read, where the study says so.

use serde::{Deserialize, Serialize};

/// `data.read` of the study; what is absent is told from the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadOptions {
    /// Character between cells of delimited text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// Decimal mark of delimited text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
    /// Encoding of the text, such as `windows-1252`; of SPSS and Stata files too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Line (or row of the sheet) of the header, from 1; 0: there is none, the columns are `column_1` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_line: Option<usize>,
    /// Sheet of a workbook; else the first that is not empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// What the cells of a column with value labels are (SPSS, Stata).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Labels>,
}

/// What the cells of a column with value labels are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Labels {
    /// The labels, where every value has one.
    #[default]
    Labels,
    /// The codes, as they are.
    Values,
}
