//! `cox` and its kin through the study document: what is shown of separation, penalties, splines and interactions.

use std::fs;

use serde_json::{Value, json};

/// The one result of an analysis on a table whose status 1 is the event.
fn run(data: &str, columns: Value, analysis: Value) -> Value {
    run_event(1, data, columns, analysis)
}

/// The one result of an analysis of R's lung data.
fn lung(analysis: Value) -> Value {
    run_event(2, &case("lung_cox"), json!({"sex": {"type": "category", "levels": ["male", "female"]}}), analysis)
}

fn run_event(event: u32, data: &str, columns: Value, mut analysis: Value) -> Value {
    analysis["id"] = json!("it");
    analysis["endpoint"] = json!("E");
    let study = json!({
        "format": "riskset-study/1",
        "data": {"columns": columns},
        "endpoints": {"E": {"time": "time", "status": "status", "event": [event], "unit": "months"}},
        "analyses": [analysis],
    });
    let table = riskset::table::open(data.as_bytes(), "data.csv").unwrap();
    let study = riskset::study::read(&study.to_string()).unwrap();
    let results = riskset::study::run(&study, &table).unwrap();
    let mut results: Value = serde_json::from_str(&serde_json::to_string(&results).unwrap()).unwrap();
    results["results"][0].take()
}

fn case(name: &str) -> String {
    fs::read_to_string(format!("{}/tests/reference/cases/{name}/data.csv", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[track_caller]
fn close(found: &Value, expected: f64, tolerance: f64) {
    let number = found.as_f64().unwrap_or_else(|| panic!("{found} for {expected}"));
    assert!((number - expected).abs() <= tolerance * (1.0 + expected.abs()), "{number} for {expected}");
}

#[track_caller]
fn all_close(found: &[&Value], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        close(found, *expected, tolerance);
    }
}

fn codes(result: &Value) -> Vec<&str> {
    result["cautions"].as_array().unwrap().iter().map(|caution| caution["code"].as_str().unwrap()).collect()
}

const SEPARATED: &str = "time,status,arm\n1,1,A\n2,1,A\n3,0,B\n4,0,B\n";
const Z: f64 = 1.959963984540054;

#[test]
fn a_separated_term_has_one_limit_its_test_and_firth_beside() {
    // With r = exp β, ℓ = log r/(2r + 2) + log r/(r + 2), which rises to −log 2; at 0 it is −log 12. The profile limit is
    // where r²/((r + 1)(r + 2)) = k = exp(−z²/2).
    let columns = json!({"arm": {"type": "category", "levels": ["B", "A"]}});
    let result = run(SEPARATED, columns.clone(), json!({"type": "cox", "covariates": ["arm"]}));
    let term = &result["terms"][1];
    for key in ["estimate", "std_error", "statistic", "hazard_ratio", "conf_high"] {
        assert_eq!(term[key], Value::Null, "{key}");
    }
    assert_eq!(
        (&term["reason"], &term["direction"], &term["test"]),
        (&json!("separation"), &json!("up"), &json!("likelihood_ratio"))
    );
    let k = libm::exp(-Z * Z / 2.0);
    close(&term["conf_low"], (3.0 * k + libm::sqrt(9.0 * k * k + 8.0 * k * (1.0 - k))) / (2.0 * (1.0 - k)), 1e-8);
    let ratio = 2.0 * libm::log(6.0);
    close(&result["tests"]["likelihood_ratio"]["statistic"], ratio, 1e-9);
    assert_eq!(result["tests"]["wald"], Value::Null);
    assert_eq!(term["p_value"], result["tests"]["likelihood_ratio"]["p_value"]);
    close(&result["log_likelihood"][1], -libm::log(2.0), 1e-9);
    assert_eq!(result["converged"], true);
    assert!(codes(&result).contains(&"separation"));
    let message = result["cautions"].to_string();
    assert!(message.contains("“arm = A” separates the events"), "{message}");

    // Firth: the slope of ℓ + ½ log I is 0 at its estimate; its test is twice the gain from β = 0.
    let firth = &result["firth"]["terms"][1];
    let information = |r: f64| r / ((r + 1.0) * (r + 1.0)) + 2.0 * r / ((r + 2.0) * (r + 2.0));
    let height = |r: f64| libm::log(r / (2.0 * r + 2.0)) + libm::log(r / (r + 2.0)) + libm::log(information(r)) / 2.0;
    let r = firth["hazard_ratio"].as_f64().unwrap();
    let step = 1e-5;
    assert!((height(r * (1.0 + step)) - height(r * (1.0 - step))).abs() < 1e-9, "{r}");
    close(&firth["std_error"], 1.0 / libm::sqrt(information(r)), 1e-8);
    close(&firth["statistic"], 2.0 * (height(r) - height(1.0)), 1e-8);
    close(&json!(height(firth["conf_low"].as_f64().unwrap())), height(r) - Z * Z / 2.0, 1e-8);
    close(&result["firth"]["factors"][0]["likelihood_ratio"]["statistic"], 2.0 * (height(r) - height(1.0)), 1e-8);

    // The other reference: the ratio falls to 0, the limits are mirrored.
    let columns = json!({"arm": {"type": "category", "levels": ["A", "B"]}});
    let mirrored = run(SEPARATED, columns, json!({"type": "cox", "covariates": ["arm"]}));
    let other = &mirrored["terms"][1];
    assert_eq!((&other["direction"], &other["conf_low"]), (&json!("down"), &Value::Null));
    close(&other["conf_high"], 1.0 / term["conf_low"].as_f64().unwrap(), 1e-8);
}

#[test]
fn exact_ties_and_robust_variances_keep_their_firth() {
    let columns = json!({"arm": {"type": "category", "levels": ["B", "A"]}});
    let exact = run(SEPARATED, columns.clone(), json!({"type": "cox", "covariates": ["arm"], "ties": "exact"}));
    assert_eq!(exact["firth"]["ties"], "efron");
    let robust = run(SEPARATED, columns, json!({"type": "cox", "covariates": ["arm"], "robust": true}));
    assert_eq!(robust["firth"]["terms"], exact["firth"]["terms"]);
}

#[test]
fn profile_limits_and_tests_of_every_term() {
    // reference/cox.R: limits by uniroot on the refitted likelihood; LR of each term by refitting without it.
    let analysis = json!({"type": "cox", "covariates": ["age", "sex", "ph_ecog"], "conf": "profile"});
    let result = lung(analysis);
    let limits: Vec<&Value> = (result["terms"].as_array().unwrap().iter())
        .filter(|term| term["reference"] == false)
        .flat_map(|term| [&term["conf_low"], &term["conf_high"]])
        .collect();
    let expected = [
        -0.00688470304331957,
        0.02946836239660999,
        -0.888387004933743,
        -0.229352168626913,
        0.241178283782548,
        0.686776180077583,
    ]
    .map(libm::exp);
    all_close(&limits, &expected, 1e-7);
    for (term, factor) in [(0, 0), (2, 1), (3, 2)] {
        let (term, factor) = (&result["terms"][term], &result["factors"][factor]);
        assert_eq!(term["test"], "likelihood_ratio");
        close(&term["statistic"], factor["likelihood_ratio"]["statistic"].as_f64().unwrap(), 1e-8);
        close(&term["p_value"], factor["likelihood_ratio"]["p_value"].as_f64().unwrap(), 1e-7);
    }
}

#[test]
fn firth_tests_factors_by_its_own_likelihood() {
    let columns = json!({"grade": {"type": "category", "levels": ["G1", "G2", "G3"]}});
    let mut analysis = json!({"type": "cox", "covariates": ["grade", "size"], "ties": "breslow", "penalty": "firth"});
    let result = run(&case("firth_separated"), columns.clone(), analysis.clone());
    assert_eq!((&result["rules"]["conf"], &result["rules"]["penalty"]), (&json!("profile"), &json!("firth")));
    // reference/cox_study.R.
    let expected = [5.73744634473576, 1.61458484114344];
    let ratio = |k: usize| &result["factors"][k]["likelihood_ratio"]["statistic"];
    all_close(&[ratio(0), ratio(1)], &expected, 1e-7);
    close(&result["tests"]["likelihood_ratio"]["statistic"], 6.21678577874947, 1e-7);
    assert_eq!(result["factors"][0]["score"], Value::Null);
    assert_eq!(result["factors"][0]["reason"], "penalised");
    assert_eq!(result["terms"][1]["test"], "likelihood_ratio");

    // The same model without the penalty carries the same Firth terms beside; and Wald limits on request.
    analysis["penalty"] = Value::Null;
    let plain = run(&case("firth_separated"), columns.clone(), analysis.clone());
    assert_eq!(plain["firth"]["terms"], result["terms"]);
    analysis["penalty"] = json!("firth");
    analysis["conf"] = json!("wald");
    let wald = run(&case("firth_separated"), columns, analysis);
    close(&wald["terms"][1]["statistic"], 1.76108748217424 / 1.49561966380348, 1e-6);
    close(&wald["terms"][1]["conf_low"], libm::exp(1.76108748217424 - Z * 1.49561966380348), 1e-6);
}

#[test]
fn ridge_gives_wald_tests_and_says_what_it_does() {
    let result = lung(json!({"type": "cox", "covariates": ["age", "sex", "ph_ecog"], "penalty": {"ridge": 20}}));
    let squares = result["factors"].as_array().unwrap().iter().map(|factor| &factor["wald"]["statistic"]);
    all_close(&squares.collect::<Vec<_>>(), &[1.44674493561468, 9.63528445060397, 14.77203569840171], 1e-6);
    close(&result["ridge"]["effective_df"], 2.64226999142937, 1e-6);
    close(&result["terms"][0]["estimate"], 0.0103976287493776, 1e-6);
    assert_eq!(result["tests"], Value::Null);
    assert_eq!(result["factors"][0]["likelihood_ratio"], Value::Null);
    assert!(codes(&result).contains(&"ridge_shrinks"));
}

#[test]
fn options_that_exclude_each_other_are_refused() {
    let base = json!({"type": "cox", "covariates": ["age"]});
    let refused = [
        (json!({"penalty": "firth", "robust": true}), "options_conflict"),
        (json!({"penalty": "firth", "cluster": "ph_ecog"}), "options_conflict"),
        (json!({"penalty": "firth", "ties": "exact"}), "options_conflict"),
        (json!({"penalty": {"ridge": 1}, "conf": "profile"}), "options_conflict"),
        (json!({"penalty": {"ridge": 0}}), "bad_option"),
        (json!({"penalty": {"ridge": -2}}), "bad_option"),
        (json!({"conf": "profile", "robust": true}), "options_conflict"),
    ];
    for (options, code) in refused {
        let mut analysis = base.clone();
        for (key, value) in options.as_object().unwrap() {
            analysis[key] = value.clone();
        }
        let result = lung(analysis);
        assert_eq!(result["error"]["code"], code, "{options}");
        assert_eq!(result["terms"], Value::Null);
    }
    let message =
        lung(json!({"type": "cox", "covariates": ["age"], "penalty": "firth", "robust": true}))["error"]["message"]
            .to_string();
    assert!(message.contains("“penalty” cannot be combined with robust: true"), "{message}");
}

#[test]
fn a_penalty_without_covariates_is_the_null_model() {
    for penalty in [json!("firth"), json!({"ridge": 3})] {
        let result = lung(json!({"type": "cox", "covariates": [], "penalty": penalty}));
        assert_eq!((&result["terms"], &result["tests"]), (&json!([]), &Value::Null));
    }
}

#[test]
fn the_smooth_of_the_residuals_is_that_of_r() {
    // reference/cox_study.R: points 1, 14 and 40 for age and sex: transform, time, estimate, band. R's time over log t is
    // interpolated; here it is exp.
    let expected = [
        (
            "km",
            [
                [0.0, 5.0, 0.101512117605667, 0.0431730148557, 0.15985122035567],
                [0.310957525302, 197.275489257, -0.023577586972584, -0.0550071369438, 0.00785196299862],
                [0.932872575906, 883.0, -0.000720378991196, -0.0729906167665, 0.07154985878415],
                [0.0, 5.0, -0.947484810223, -2.00669088288, 0.11172126243218],
                [0.310957525302, 197.275489257, -0.579417106178, -1.15005272828, -0.00878148408107],
                [0.932872575906, 883.0, 0.191667768389, -1.12047230774, 1.50380784452169],
            ],
        ),
        (
            "log",
            [
                [1.60943791243, 5.0, 0.2043083666568, 0.0790751892433, 0.329541544070],
                [3.33406700849, 28.0521985476, 0.0610822061322, 0.0162671434876, 0.105897268777],
                [6.78332520060, 883.0, 0.0345918882988, -0.0348005868327, 0.103984363430],
                [1.60943791243, 5.0, -0.846863858424, -3.12060026782, 1.4268725509738],
                [3.33406700849, 28.0521985476, -0.880235150539, -1.69389844432, -0.0665718567601],
                [6.78332520060, 883.0, 0.165327544792, -1.09456380751, 1.4252188970958],
            ],
        ),
        (
            "rank",
            [
                [1.0, 5.0, 0.09871819000822, 0.0415141618016, 0.15592221821481],
                [75.6666666667, 187.0, -0.02949742935440, -0.0642282117774, 0.00523335306859],
                [225.0, 883.0, 0.00693674740638, -0.0555458129959, 0.06941930780870],
                [1.0, 5.0, -0.919326444629, -1.95792407813, 0.1192711888728],
                [75.6666666667, 187.0, -0.606347598666, -1.23692047203, 0.0242252746975],
                [225.0, 883.0, 0.056419762626, -1.07801502114, 1.1908545463903],
            ],
        ),
    ];
    for (transform, rows) in expected {
        let result = lung(json!({"type": "ph_test", "covariates": ["age", "sex"], "transform": transform}));
        assert_eq!(result["smooth"][1]["level"], "female");
        for (k, row) in rows.iter().enumerate() {
            let smooth = &result["smooth"][k / 3];
            let at = [0, 13, 39][k % 3];
            let found = ["transformed", "time", "estimate", "conf_low", "conf_high"].map(|key| &smooth[key][at]);
            all_close(&found, row, 1e-7);
        }
    }
}

#[test]
fn residuals_name_their_rows() {
    let result =
        lung(json!({"type": "ph_test", "covariates": ["age", "sex", "ph_ecog", "wt_loss"], "transform": "identity"}));
    let residuals = result["residuals"].as_array().unwrap();
    assert_eq!(residuals.len(), 151);
    let data = case("lung_cox");
    for residual in residuals {
        let line = data.lines().nth(residual["row"].as_u64().unwrap() as usize).unwrap();
        let cells: Vec<&str> = line.split(',').collect();
        close(&residual["time"], cells[0].parse().unwrap(), 1e-12);
        assert_eq!(cells[1], "2");
        assert_eq!(residual["values"].as_array().unwrap().len(), result["columns"].as_array().unwrap().len());
    }
    assert_eq!(result["rules"]["transform"], "identity");
    assert!(result["rules"].get("penalty").is_none());
}

#[test]
fn a_test_that_cannot_be_made_says_why() {
    let columns = json!({"arm": {"type": "category", "levels": ["B", "A"]}});
    let separated = run(SEPARATED, columns, json!({"type": "ph_test", "covariates": ["arm"]}));
    assert_eq!(
        (&separated["terms"][0]["statistic"], &separated["terms"][0]["reason"]),
        (&Value::Null, &json!("separation"))
    );
    assert_eq!((&separated["smooth"], &separated["smooth_reason"]), (&json!([]), &json!("too_few_events")));
    let zero = "time,status,x\n0,1,3\n1,1,2\n2,1,4\n3,1,1\n4,0,2\n5,1,3\n6,1,1\n";
    let zero = run(
        zero,
        json!({"x": {"type": "number"}}),
        json!({"type": "ph_test", "covariates": ["x"], "transform": "log"}),
    );
    assert_eq!(zero["global"], json!({"statistic": null, "df": 1, "p_value": null, "reason": "event_at_time_zero"}));
    for (options, code) in [
        (json!({"ties": "exact"}), "bad_option"),
        (json!({"penalty": "firth"}), "option_not_applicable"),
        (json!({"covariates": []}), "bad_option"),
    ] {
        let mut analysis = json!({"type": "ph_test", "covariates": ["age"]});
        for (key, value) in options.as_object().unwrap() {
            analysis[key] = value.clone();
        }
        assert_eq!(lung(analysis)["error"]["code"], code, "{options}");
    }
}

#[test]
fn a_spline_has_harrells_knots_and_two_tests() {
    let result = lung(json!({"type": "cox", "covariates": [{"spline": "age", "knots": 4}, "sex"]}));
    let factor = &result["factors"][0];
    assert_eq!(factor["knots"], json!([45.35, 59.0, 67.0, 75.0]));
    let levels: Vec<&Value> = (0..3).map(|k| &result["terms"][k]["level"]).collect();
    assert_eq!(levels, ["linear", "spline 2", "spline 3"]);
    // reference/cox_study.R.
    let estimates: Vec<&Value> = [0, 1, 2, 4].iter().map(|&k| &result["terms"][k]["estimate"]).collect();
    all_close(&estimates, &[0.0351291995927078, -0.0643441706930710, 0.3936641364959701, -0.5054825567067293], 1e-6);
    let errors: Vec<&Value> = [0, 1, 2, 4].iter().map(|&k| &result["terms"][k]["std_error"]).collect();
    all_close(&errors, &[0.0354715696375287, 0.0705315861183518, 0.3430246319944298, 0.1678025446966655], 1e-6);
    let tests = [
        &factor["likelihood_ratio"]["statistic"],
        &factor["nonlinear"]["likelihood_ratio"]["statistic"],
        &factor["wald"]["statistic"],
        &factor["nonlinear"]["wald"]["statistic"],
    ];
    all_close(&tests, &[5.23400676587903, 1.74450028351930, 5.56219950032226, 1.79080625708399], 1e-6);
    assert_eq!((&factor["df"], &factor["nonlinear"]["df"]), (&json!(3), &json!(2)));

    let given = lung(json!({"type": "cox", "covariates": [{"spline": "age", "knots": [45.35, 59, 67, 75]}, "sex"]}));
    assert_eq!(given["terms"], result["terms"]);
    for (covariates, code) in [
        (json!([{"spline": "age", "knots": 2}]), "bad_option"),
        (json!([{"spline": "age", "knots": [50, 50, 60]}]), "bad_option"),
        (json!([{"spline": "ph_ecog", "knots": 5}]), "bad_option"),
        (json!([{"spline": "sex", "knots": 3}]), "wrong_column_type"),
        (json!(["age", {"spline": "age", "knots": 3}]), "bad_option"),
        (json!(["age*sex", {"spline": "age", "knots": 3}]), "bad_option"),
    ] {
        assert_eq!(lung(json!({"type": "cox", "covariates": covariates}))["error"]["code"], code, "{covariates}");
    }
}

fn veteran(covariates: Value) -> Value {
    let columns = json!({
        "celltype": {"type": "category", "levels": ["squamous", "smallcell", "adeno", "large"]},
        "trt": {"type": "category", "levels": ["standard", "test"]},
    });
    run(&case("veteran"), columns, json!({"type": "cox", "covariates": covariates}))
}

fn estimates(result: &Value) -> Vec<&Value> {
    let terms = result["terms"].as_array().unwrap();
    terms.iter().filter(|term| term["reference"] == false).map(|term| &term["estimate"]).collect()
}

#[test]
fn interactions_of_factors_and_numbers() {
    // reference/cox_study.R.
    let result = veteran(json!(["trt*celltype"]));
    let expected = [
        -0.749062941266932,
        0.391204737325672,
        0.679621819350356,
        -0.403006139769749,
        1.439035039070726,
        0.891702977620819,
        1.226664530297584,
    ];
    all_close(&estimates(&result), &expected, 1e-6);
    let last = result["terms"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["variable"], &last["level"]), (&json!("trt:celltype"), &json!("test:large")));
    assert_eq!((&last["n"], &last["n_event"]), (&json!(12), &json!(12)));
    let factors = &result["factors"];
    let ratios: Vec<&Value> = [2, 1, 0].iter().map(|&k| &factors[k]["likelihood_ratio"]["statistic"]).collect();
    all_close(&ratios, &[8.21622904065634, 34.06403151949507, 9.22502954434208], 1e-6);
    all_close(
        &[&factors[2]["wald"]["statistic"], &factors[0]["wald"]["statistic"]],
        &[8.51716706359939, 9.55278924257319],
        1e-6,
    );
    assert_eq!((&factors[0]["with"], &factors[0]["df"]), (&json!(["trt:celltype"]), &json!(4)));
    assert!(codes(&result).contains(&"interaction_present"));
    assert_eq!(veteran(json!(["trt", "celltype", "trt:celltype"]))["terms"], result["terms"]);

    let result = veteran(json!(["karno*celltype"]));
    let expected = [
        -0.04260196256465449,
        -0.539483262849037,
        0.40292285175372033,
        0.260495736508441,
        0.02275713740557577,
        0.01330169712223105,
        0.00218507364882831,
    ];
    all_close(&estimates(&result), &expected, 1e-6);
    assert_eq!(result["terms"][5]["level"], "smallcell");
    close(&result["factors"][2]["likelihood_ratio"]["statistic"], 3.01852143408951, 1e-6);

    let result = veteran(json!(["karno*age"]));
    all_close(&estimates(&result), &[-0.0763736866347037, -0.040475742847049884, 0.000706017899657011], 1e-6);
    assert_eq!((&result["terms"][2]["level"], &result["terms"][2]["n"]), (&Value::Null, &json!(137)));

    assert!(codes(&veteran(json!(["karno", "karno:age"]))).contains(&"interaction_alone"));
    assert_eq!(veteran(json!(["karno*karno"]))["error"]["code"], "bad_option");
    assert_eq!(veteran(json!(["karno:nothing"]))["error"]["code"], "unknown_column");
}

#[test]
fn an_interaction_without_rows_keeps_its_row() {
    // Nobody has both A2 and B2.
    let data =
        "time,status,a,b\n5,1,A1,B1\n3,1,A2,B1\n8,1,A1,B2\n2,0,A1,B1\n6,1,A2,B1\n7,1,A1,B2\n4,0,A2,B1\n9,1,A1,B1\n";
    let columns =
        json!({"a": {"type": "category", "levels": ["A1", "A2"]}, "b": {"type": "category", "levels": ["B1", "B2"]}});
    let result = run(data, columns, json!({"type": "cox", "covariates": ["a*b"]}));
    let term = &result["terms"][4];
    assert_eq!((&term["level"], &term["n"], &term["reason"]), (&json!("A2:B2"), &json!(0), &json!("empty_level")));
    let factors = result["factors"].as_array().unwrap();
    assert_eq!(factors.len(), 3);
    assert_eq!((&factors[2]["df"], &factors[2]["reason"]), (&json!(0), &json!("empty_level")));
    // Nothing is tested along with it: the tests of a and of b are theirs alone.
    assert_eq!((&factors[0]["df"], &factors[1]["df"]), (&json!(1), &json!(1)));
}

#[test]
fn a_table_shows_both_models_with_the_patients_they_used() {
    let lists = json!({"type": "cox_table", "univariable": ["age", "sex", "ph_ecog", "wt_loss"], "multivariable": ["sex", "ph_ecog"]});
    let table = lung(lists.clone());
    let rows = table["rows"].as_array().unwrap();
    let names: Vec<String> = rows.iter().map(|row| format!("{} {}", row["variable"], row["level"])).collect();
    assert_eq!(
        names,
        ["\"age\" null", "\"sex\" \"male\"", "\"sex\" \"female\"", "\"ph_ecog\" null", "\"wt_loss\" null"]
    );

    // Each cell is the term of the model fitted on its own.
    let together = lung(json!({"type": "cox", "covariates": ["sex", "ph_ecog"]}));
    assert_eq!(rows[2]["multivariable"], together["terms"][1]);
    let alone = lung(json!({"type": "cox", "covariates": ["wt_loss"]}));
    assert_eq!(rows[4]["univariable"], alone["terms"][0]);
    assert_eq!((&rows[4]["multivariable"], &rows[4]["univariable"]["n"]), (&Value::Null, &alone["n"]));
    let factor = &table["factors"][1]["multivariable"];
    assert_eq!((&factor["test"], &factor["n"]), (&json!("likelihood_ratio"), &together["n"]));
    assert_eq!(factor["p_value"], together["factors"][0]["likelihood_ratio"]["p_value"]);
    assert_eq!(table["models"]["multivariable"]["log_likelihood"], together["log_likelihood"]);
    assert_eq!(table["rules"]["factor_test"], "likelihood_ratio");
    // ph_ecog is missing in one row and wt_loss in fourteen; the two kept have the smallest p values alone.
    for code in ["models_differ_in_patients", "complete_case_loss", "screening"] {
        assert!(codes(&table).contains(&code), "{code}");
    }

    let mut wald = lists;
    wald["factor_test"] = json!("wald");
    let wald = lung(wald);
    assert_eq!(wald["factors"][1]["multivariable"]["p_value"], together["factors"][0]["wald"]["p_value"]);
}

#[test]
fn a_table_names_what_separates_and_what_cannot_be_fitted() {
    let columns =
        json!({"arm": {"type": "category", "levels": ["B", "A"]}, "x": {"type": "number"}, "same": {"type": "number"}});
    let data = "time,status,arm,x,same\n1,1,A,2,1\n2,1,A,1,1\n3,0,B,3,1\n4,0,B,5,1\n";
    let table = run(
        data,
        columns.clone(),
        json!({"type": "cox_table", "univariable": ["arm", "same"], "multivariable": "arm"}),
    );
    let cell = &table["rows"][1]["univariable"];
    assert_eq!((&cell["reason"], &cell["hazard_ratio"]), (&json!("separation"), &Value::Null));
    assert!(cell["firth"]["hazard_ratio"].is_f64());
    assert_eq!(table["models"]["univariable"][1]["error"]["code"], "collinear");
    assert!(table.get("error").is_none());
    // Nothing can be fitted: the analysis has the error.
    let none = run(data, columns.clone(), json!({"type": "cox_table", "univariable": ["same"]}));
    assert_eq!(none["error"]["code"], "collinear");
    let empty = run(data, columns.clone(), json!({"type": "cox_table"}));
    assert_eq!(empty["error"]["code"], "missing_option");
    let product = run(data, columns, json!({"type": "cox_table", "univariable": ["arm*x"]}));
    assert_eq!(product["error"]["code"], "bad_option");
}

#[test]
fn an_offset_has_the_coefficient_one_in_the_null_model_too() {
    // Hazards 2r, 1 and r (r = exp β), events at 1 and 2: ℓ = log 2r/(3r + 1) + log 1/(1 + r), largest where
    // 1 + r = 3r² + r, so at r = 1/√3. At β = 0: ℓ = log ½ + log ½, U = 1 − 3/4 − 1/2 and I = 3/16 + 1/4.
    let data = format!("time,status,x,o\n1,1,1,{}\n2,1,0,0\n3,0,1,0\n", std::f64::consts::LN_2);
    let result = run(&data, json!({}), json!({"type": "cox", "covariates": "x", "offset": "o"}));
    let r = 1.0 / libm::sqrt(3.0);
    let top = libm::log(2.0 * r / (3.0 * r + 1.0)) - libm::log(1.0 + r);
    let information = 3.0 * r / ((3.0 * r + 1.0) * (3.0 * r + 1.0)) + r / ((1.0 + r) * (1.0 + r));
    close(&result["terms"][0]["estimate"], libm::log(r), 1e-12);
    close(&result["terms"][0]["std_error"], 1.0 / libm::sqrt(information), 1e-12);
    close(&result["log_likelihood"][0], -2.0 * std::f64::consts::LN_2, 1e-12);
    close(&result["log_likelihood"][1], top, 1e-12);
    close(&result["tests"]["score"]["statistic"], 1.0 / 7.0, 1e-12);
    close(&result["tests"]["likelihood_ratio"]["statistic"], 2.0 * top + 4.0 * std::f64::consts::LN_2, 1e-12);
    assert_eq!(result["rules"]["offset"], json!(["o"]));

    // Two offsets are summed, and any constant in them changes nothing, however large.
    let shifted = format!(
        "time,status,x,o,q\n1,1,1,{},-300\n2,1,0,1000,-300\n3,0,1,1000,-300\n",
        1000.0 + std::f64::consts::LN_2
    );
    let again = run(&shifted, json!({}), json!({"type": "cox", "covariates": "x", "offset": ["o", "q"]}));
    close(&again["terms"][0]["estimate"], libm::log(r), 1e-12);
    close(&again["log_likelihood"][0], -2.0 * std::f64::consts::LN_2, 1e-12);

    // Separation is the same with it; the limit of the likelihood and Firth are with it.
    let separated = run(
        "time,status,arm,o\n1,1,A,0.4\n2,1,A,0\n3,0,B,-1\n4,0,B,0.3\n",
        json!({"arm": {"type": "category", "levels": ["B", "A"]}}),
        json!({"type": "cox", "covariates": ["arm"], "offset": "o"}),
    );
    assert_eq!(separated["terms"][1]["reason"], json!("separation"));
    // In the limit the first event is compared with the second row alone, the second with nobody.
    close(&separated["log_likelihood"][1], -libm::log(1.0 + libm::exp(-0.4)), 1e-9);
    assert!(separated["firth"]["terms"][1]["estimate"].is_number());
}

/// A case's data with another column, made of one of its numbers; empty stays empty.
fn with_column(name: &str, from: &str, to: &str, made: impl Fn(f64) -> f64) -> String {
    let data = case(name);
    let mut lines = data.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').map(|name| name.trim_matches('"')).collect();
    let at = header.iter().position(|&name| name == from).unwrap();
    let mut out = format!("{},{to}\n", header.join(","));
    for line in lines {
        let value = line.split(',').nth(at).unwrap().parse().map(|value| made(value).to_string()).unwrap_or_default();
        out.push_str(&format!("{line},{value}\n"));
    }
    out
}

#[test]
fn offsets_are_those_of_r() {
    let data = with_column("lung_cox", "wt_loss", "o", |loss| loss / 50.0);
    let columns = json!({"sex": {"type": "category", "levels": ["male", "female"]}});
    let with = |options: Value| {
        let mut analysis = json!({"type": "cox", "covariates": ["age", "sex"], "offset": "o"});
        analysis.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        run_event(2, &data, columns.clone(), analysis)
    };
    // Log-likelihoods, LR, Wald, score, concordance and its error, coefficients, standard errors.
    #[rustfmt::skip]
    let expected = [
        ("efron", [-685.67019703811, -678.44037656258, 14.45964095107, 13.741361884794, 13.96731161493,
            0.59408586533434, 0.0268108482628019, 0.0215206029348068, -0.49846346387404, 0.00972998234935369, 0.17451517533613]),
        ("breslow", [-685.84880875677, -678.64021554972, 14.417186414091, 13.702257060243, 13.926966458899,
            0.59414396095974, 0.0268070349671696, 0.0214836291387429, -0.49771611650037, 0.00972857979039508, 0.17451860286152]),
        ("exact", [-670.67770986058, -663.44982716031, 14.455765400535, 13.738292770028, 13.965322530201,
            0.59408586533434, 0.0268108482628019, 0.0215277039105008, -0.49922333978902, 0.00974272180433289, 0.17474131894964]),
    ];
    for (ties, expected) in expected {
        let found = with(json!({"ties": ties}));
        let (first, second) = (&found["terms"][0], &found["terms"][2]);
        let figures = [
            &found["log_likelihood"][0],
            &found["log_likelihood"][1],
            &found["tests"]["likelihood_ratio"]["statistic"],
            &found["tests"]["wald"]["statistic"],
            &found["tests"]["score"]["statistic"],
            &found["concordance"]["estimate"],
            &found["concordance"]["std_error"],
            &first["estimate"],
            &second["estimate"],
            &first["std_error"],
            &second["std_error"],
        ];
        all_close(&figures, &expected, 1e-8);
        assert_eq!((&found["n_missing"], &found["missing_by"]["o"]), (&json!(14), &json!(14)), "{ties}");
    }

    let found = with(json!({"covariates": "age", "strata": "sex", "weights": "row_weight", "robust": true}));
    let figures = [
        &found["log_likelihood"][0],
        &found["log_likelihood"][1],
        &found["tests"]["score"]["statistic"],
        &found["concordance"]["estimate"],
        &found["terms"][0]["estimate"],
        &found["terms"][0]["std_error"],
    ];
    #[rustfmt::skip]
    all_close(&figures, &[-1197.02990977154, -1191.23312068649, 11.3305965110140, 0.552852058612090, 0.024917243432698, 0.0110975443809178], 1e-8);

    let found = with(json!({"type": "ph_test"}));
    let terms = [&found["terms"][0]["statistic"], &found["terms"][1]["statistic"], &found["global"]["statistic"]];
    all_close(&terms, &[0.366361344156175, 1.914286388294, 2.2151036561476], 1e-8);

    let found = with(json!({"residuals": ["martingale", "dfbeta"]}));
    let residuals = &found["residuals"];
    let martingale = &residuals["martingale"];
    let figures = [&martingale[0], &martingale[1], &martingale[2], &residuals["dfbeta"][1]["values"][1]];
    all_close(&figures, &[-0.521622158863386, -3.2421370287841, 0.596247572756333, 0.032665690865604], 1e-8);

    let found = with(json!({"covariates": []}));
    close(&found["log_likelihood"][0], -685.670197038115, 1e-10);

    let found = with(json!({"penalty": "firth"}));
    let (first, second) = (&found["terms"][0], &found["terms"][2]);
    let logs = [libm::log(first["conf_low"].as_f64().unwrap()), libm::log(second["conf_high"].as_f64().unwrap())];
    let logs = logs.map(|log| json!(log));
    let figures = [
        &first["estimate"],
        &second["estimate"],
        &first["std_error"],
        &logs[0],
        &logs[1],
        &first["statistic"],
        &second["statistic"],
    ];
    #[rustfmt::skip]
    all_close(&figures, &[0.0213468396896813, -0.4926650398013, 0.00972554355168877, 0.00250761304913579, -0.157900716295293,
        4.94568527022238, 8.43309313995292], 1e-7);
    let found = with(json!({"penalty": "firth", "ties": "breslow"}));
    close(&found["terms"][0]["estimate"], 0.021309954578336, 1e-7);

    // Every model of a table has it.
    let table =
        with(json!({"type": "cox_table", "covariates": null, "univariable": ["sex"], "multivariable": ["age", "sex"]}));
    close(&table["rows"][1]["multivariable"]["estimate"], -0.49846346387404, 1e-8);
    close(&table["models"]["univariable"][0]["log_likelihood"][0], -685.670197038115, 1e-10);
}

#[test]
fn offsets_and_late_entry_are_those_of_r() {
    let study = |options: Value| {
        let mut analysis =
            json!({"id": "it", "type": "cox", "endpoint": "E", "covariates": ["transplant"], "offset": "o"});
        analysis.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        let study = json!({
            "format": "riskset-study/1",
            "data": {"columns": {"transplant": {"type": "category", "levels": ["no", "yes"]}}},
            "endpoints": {"E": {"entry": "start", "time": "stop", "status": "event", "event": [1], "unit": "days"}},
            "analyses": [analysis],
        });
        let data = with_column("heart_entry", "age", "o", |age| age / 10.0);
        let table = riskset::table::open(data.as_bytes(), "data.csv").unwrap();
        let results = riskset::study::run(&riskset::study::read(&study.to_string()).unwrap(), &table).unwrap();
        let results: Value = serde_json::from_str(&serde_json::to_string(&results).unwrap()).unwrap();
        results["results"][0].clone()
    };
    let found = study(json!({}));
    let figures = [
        &found["log_likelihood"][0],
        &found["log_likelihood"][1],
        &found["terms"][1]["estimate"],
        &found["terms"][1]["std_error"],
        &found["concordance"]["estimate"],
        &found["concordance"]["std_error"],
    ];
    #[rustfmt::skip]
    all_close(&figures, &[-305.31133016043, -305.02323645114, -0.24322468932425, 0.317797052426618, 0.57501659659217,
        0.0381758715703177], 1e-8);

    // A curve is of a patient whose offset is not given.
    for curve in
        [json!({"baseline": true}), json!({"predict": {"transplant": "no"}}), json!({"adjusted": "transplant"})]
    {
        assert_eq!(study(curve)["error"]["code"], "options_conflict");
    }
    assert_eq!(study(json!({"offset": "transplant"}))["error"]["code"], "wrong_column_type");
    // An exposure in days is no log hazard.
    let found = study(json!({"offset": "stop"}));
    assert_eq!(found["error"]["code"], "bad_option");
    assert!(found["error"]["message"].as_str().unwrap().contains("log hazards"), "{}", found["error"]);
}

#[test]
fn a_number_is_given_per_as_many_units_as_its_column_says() {
    // R's coxph(Surv(time, status) ~ age + sex + ph.ecog + wt.loss) of the reference case lung_cox; per 10 its coefficient,
    // standard error and the logarithms of the limits are ten times as large, and nothing else changes.
    let sexes = json!({"type": "category", "levels": ["male", "female"]});
    let per_one = json!({"sex": sexes});
    let per_ten = json!({"sex": sexes, "age": {"per": 10}});
    let of = |columns: &Value, mut analysis: Value| {
        analysis["type"] = json!("cox");
        run_event(2, &case("lung_cox"), columns.clone(), analysis)
    };
    let ten = of(&per_ten, json!({"covariates": ["age", "sex", "ph_ecog", "wt_loss"]}));
    let age = &ten["terms"][0];
    assert_eq!(age["per"], json!(10.0));
    close(&age["estimate"], 0.133690944875607, 1e-7);
    close(&age["std_error"], 0.0962767157428824, 1e-7);
    close(&age["statistic"], 1.38861139834312, 1e-7);
    close(&age["p_value"], 0.164950949423348, 1e-7);
    close(&age["hazard_ratio"], libm::exp(10.0 * 0.0133690944875607), 1e-7);
    close(&age["conf_low"], libm::pow(0.994514306616998, 10.0), 1e-7);
    close(&age["conf_high"], libm::pow(1.03276428998529, 10.0), 1e-7);
    close(&ten["log_likelihood"][1], -659.514098530464, 1e-7);
    for other in &ten["terms"].as_array().unwrap()[1..] {
        assert_eq!(other.get("per"), None, "{other}");
    }
    close(&ten["terms"][2]["estimate"], -0.590774529232202, 1e-7);

    // What is predicted for a patient, and a spline, do not depend on it.
    let predict = json!({"covariates": ["age", "sex"], "predict": [{"age": 60, "sex": "female"}]});
    let curves = [&per_one, &per_ten].map(|columns| of(columns, predict.clone())["predictions"][0]["estimate"].clone());
    assert_eq!(curves[0].as_array().map(Vec::len), curves[1].as_array().map(Vec::len));
    for (one, ten) in curves[0].as_array().unwrap().iter().zip(curves[1].as_array().unwrap()) {
        close(ten, one.as_f64().unwrap(), 1e-9);
    }
    let spline = json!({"covariates": [{"spline": "age", "knots": 4}, "sex"]});
    assert_eq!(of(&per_ten, spline.clone())["terms"], of(&per_one, spline)["terms"]);

    // An interaction with it is per as many.
    let product = json!({"covariates": ["age*sex"]});
    let [one, ten] = [&per_one, &per_ten].map(|columns| of(columns, product.clone())["terms"][3].clone());
    assert_eq!((&ten["variable"], &ten["per"]), (&json!("age:sex"), &json!(10.0)));
    close(&ten["estimate"], 10.0 * one["estimate"].as_f64().unwrap(), 1e-7);
}

#[test]
fn a_ratio_is_per_a_number_above_zero() {
    for per in ["0", "-10", "\"10\""] {
        let study = format!(
            r#"{{"format": "riskset-study/1", "data": {{"columns": {{"age": {{"per": {per}}}}}}}, "endpoints": {{}}, "analyses": []}}"#
        );
        assert!(riskset::study::read(&study).is_err(), "{per}");
    }
}

#[test]
fn a_forest_plot_names_how_many_units_a_ratio_is_per() {
    let study = json!({
        "format": "riskset-study/1",
        "data": {"columns": {"age": {"per": 10, "unit": "years"}, "wt_loss": {"per": 2.5}}},
        "endpoints": {"E": {"time": "time", "status": "status", "event": [2], "unit": "days"}},
        "analyses": [{"id": "it", "type": "cox_table", "endpoint": "E", "univariable": ["age", "wt_loss", "ph_ecog"]}],
    });
    let table = riskset::table::open(case("lung_cox").as_bytes(), "data.csv").unwrap();
    let results = riskset::study::run(&riskset::study::read(&study.to_string()).unwrap(), &table).unwrap();
    for (locale, names) in [
        ("en", ["age, per 10 years", "wt loss, per 2.5", "ph ecog"]),
        ("fr", ["age, per 10 years", "wt loss, per 2,5", "ph ecog"]),
    ] {
        let request = json!({"analysis": "it", "kind": "forest", "locale": locale}).to_string();
        let riskset::report::figure::results::Plan::Forest(figure) =
            riskset::report::figure::results::plan(&request, &results).unwrap()
        else {
            panic!("no forest plot")
        };
        let found: Vec<&str> = figure.rows.iter().map(|row| row.variable.1.as_str()).collect();
        assert_eq!(found, names);
    }
}

/// Rule 26: what a robust variance has no part in says so.
#[test]
fn tests_that_stay_model_based_beside_a_robust_variance_are_marked() {
    let marked = |test: &Value| test.get("model_based") == Some(&json!(true));
    let robust = lung(json!({"type": "cox", "covariates": ["age", "sex"], "robust": true}));
    let plain = lung(json!({"type": "cox", "covariates": ["age", "sex"]}));
    for (result, is_robust) in [(&robust, true), (&plain, false)] {
        for tests in [&result["tests"], &result["factors"][0], &result["factors"][1]] {
            for (test, is_marked) in [("likelihood_ratio", is_robust), ("score", is_robust), ("wald", false)] {
                assert_eq!(marked(&tests[test]), is_marked, "{test} of {tests}");
            }
        }
    }
    for (factor_test, is_marked) in [("likelihood_ratio", true), ("score", true), ("wald", false)] {
        let ask = json!({"type": "cox_table", "univariable": ["age"], "robust": true, "factor_test": factor_test});
        assert_eq!(marked(&lung(ask)["factors"][0]["univariable"]), is_marked, "{factor_test}");
    }
}

/// Rule 22: every variable is among the factors, also one of which only one level has rows.
#[test]
fn a_variable_of_one_level_is_listed_without_tests() {
    let data = "time,status,arm,x\n1,1,A,1\n2,1,A,3\n3,0,A,2\n4,1,A,2\n5,0,A,1\n";
    let columns = json!({"arm": {"type": "category", "levels": ["A", "B"]}});
    let result = run(data, columns.clone(), json!({"type": "cox", "covariates": ["arm", "x"]}));
    assert_eq!(
        result["factors"][0],
        json!({"variable": "arm", "df": 0, "wald": null, "likelihood_ratio": null, "score": null, "reason": "one_level"})
    );
    assert_eq!((&result["factors"][1]["df"], &result["tests"]["wald"]["df"]), (&json!(1), &json!(1)));
    let table = run(data, columns, json!({"type": "cox_table", "univariable": ["arm", "x"]}));
    assert_eq!(table["factors"][0]["univariable"]["reason"], "one_level");
    assert_eq!(table["factors"][1]["univariable"]["df"], 1);
}

/// One event among six cells of a saturated model, where |I| is the product of the shares p of the cells: ℓ* = log p₁ + ½ Σ log p
/// has its top at p₁ = 1.5/4 and ½/4 elsewhere. Its bend is four times that of ℓ, so that half a step of the latter leads to the
/// same height beyond the top.
#[test]
fn firth_of_a_single_event_in_a_saturated_model_by_hand() {
    let data = "time,status,f,q\n1,1,u,k1\n2,0,v,k1\n2,0,v,k1\n2,0,w,k1\n2,0,u,k2\n2,0,v,k2\n2,0,w,k2\n";
    let ask = json!({"type": "cox", "covariates": ["f*q"], "penalty": "firth"});
    let result = run(data, json!({}), ask);
    let found: Vec<&Value> = estimates(&result);
    let log = libm::log;
    all_close(&found, &[-log(6.0), -log(3.0), -log(3.0), log(6.0), log(3.0)], 1e-9);
    let top = log(0.375) + (log(0.375) + 5.0 * log(0.125)) / 2.0;
    // Without f and f:q the shares of k1 and k2 are 2.5/4 and 1.5/4, and those of the rows of each are equal.
    let without = log(0.625 / 4.0) + (log(0.625 / 4.0) * 2.0 + log(0.625 / 2.0) + 3.0 * log(0.375 / 3.0)) / 2.0;
    close(&result["factors"][0]["likelihood_ratio"]["statistic"], 2.0 * (top - without), 1e-9);
    // One factor of six levels likewise.
    let data = "time,status,f\n1,1,a\n2,0,b\n2,0,c\n2,0,d\n2,0,e\n2,0,f\n";
    let columns = json!({"f": {"type": "category"}});
    let result = run(data, columns.clone(), json!({"type": "cox", "covariates": ["f"], "penalty": "firth"}));
    all_close(&estimates(&result), &[-log(3.0); 5], 1e-9);
    // Beside the separated terms, too.
    let result = run(data, columns, json!({"type": "cox", "covariates": ["f"]}));
    close(&result["firth"]["terms"][1]["estimate"], -log(3.0), 1e-9);
}
