//! The rules of a Cox model: what is asked for, completed by the conventions, and what excludes what.

use crate::hashing::IndexMap;
use serde_json::{Value, json};

use crate::error::Result;
use crate::study::analysis::{Analysis, Conf, Penalty};
use crate::study::context::Context;
use crate::survival::cox::{CoxOptions, Ties};
use crate::survival::interval::ConfType;

/// How a model is fitted and what is shown of it.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Confidence level.
    pub level: f64,
    /// Ties, and whether the variance is robust.
    pub options: CoxOptions,
    /// Penalty on the likelihood.
    pub penalty: Option<Penalty>,
    /// Where limits and tests of the terms come from.
    pub conf: Conf,
    /// Interval of predicted survival.
    pub conf_type: ConfType,
}

impl Rules {
    /// The rules of `analysis`, each recorded in `recorded`.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::OptionsConflict`] for options that exclude each other, and
    /// [`crate::error::ErrorKind::BadOption`] for a λ or level out of range.
    pub fn of(context: &Context, analysis: &Analysis, recorded: &mut IndexMap<&'static str, Value>) -> Result<Self> {
        let ties = analysis.ties.unwrap_or_else(|| context.study.conventions.ties());
        let robust = analysis.robust.unwrap_or(false) || analysis.cluster.is_some();
        let penalty = analysis.penalty;
        let by_default = if penalty == Some(Penalty::Firth) { Conf::Profile } else { Conf::Wald };
        let conf = analysis.conf.unwrap_or(by_default);
        let level = analysis.conf_level()?;
        let endpoint = context.endpoint_options(analysis);
        recorded.extend([
            ("conf_level", json!(level)),
            ("ties", json!(ties)),
            ("robust", json!(robust)),
            ("penalty", json!(penalty)),
            ("conf", json!(conf)),
            ("weights", json!(analysis.weight_column()?)),
            ("strata", json!(analysis.strata.clone().unwrap_or_default())),
            ("cluster", json!(analysis.cluster)),
            ("offset", json!(analysis.offset.clone().unwrap_or_default())),
            ("cause", json!(analysis.cause)),
            ("time_zero", json!(endpoint.time_zero)),
            ("month_rule", json!(endpoint.month_rule)),
        ]);
        if let Some(Penalty::Ridge(lambda)) = penalty {
            if !(lambda > 0.0 && lambda.is_finite()) {
                return Err(analysis.bad_option("penalty", lambda, "a ridge with a positive λ"));
            }
            if conf == Conf::Profile {
                return Err(analysis.conflict("conf", "penalty: {\"ridge\": λ}"));
            }
        }
        let diagnostics = [
            ("residuals", analysis.residuals.is_some()),
            ("influence", analysis.influence == Some(true)),
            ("baseline", analysis.baseline == Some(true)),
            ("predict", analysis.predict.is_some()),
            ("adjusted", analysis.adjusted.is_some()),
        ];
        for (option, _) in diagnostics.into_iter().filter(|(_, asked)| *asked) {
            if penalty.is_some() {
                return Err(analysis.conflict(option, "penalty"));
            }
            if ties == Ties::Exact {
                return Err(analysis.conflict(option, "ties: \"exact\""));
            }
        }
        let curves = ["baseline", "predict", "adjusted"];
        for (option, _) in diagnostics.into_iter().filter(|(option, asked)| *asked && curves.contains(option)) {
            // A predicted patient would need an offset of their own.
            if analysis.offset.as_ref().is_some_and(|offset| !offset.is_empty()) {
                return Err(analysis.conflict(option, "offset"));
            }
        }
        let conf_type = analysis.conf_type.unwrap_or_else(|| context.study.conventions.conf_type());
        if analysis.baseline == Some(true) || analysis.predict.is_some() || analysis.adjusted.is_some() {
            recorded.insert("conf_type", json!(conf_type));
        }
        let robust_by = if analysis.cluster.is_some() { "cluster" } else { "robust: true" };
        if penalty.is_some() && robust {
            return Err(analysis.conflict("penalty", robust_by));
        }
        if penalty.is_some() && ties == Ties::Exact {
            return Err(analysis.conflict("penalty", "ties: \"exact\""));
        }
        if conf == Conf::Profile && robust {
            // The profile is model-based: beside a robust standard error it would belong to another model.
            return Err(analysis.conflict("conf", robust_by));
        }
        Ok(Self { level, options: CoxOptions { ties, robust, ..CoxOptions::default() }, penalty, conf, conf_type })
    }
}
