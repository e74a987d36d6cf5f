//! Residuals, influence and predicted survival of a `cox` analysis, against R (reference/cox_study.R) and by hand.

use std::fs;

use serde_json::{Value, json};

fn case(name: &str) -> String {
    fs::read_to_string(format!("{}/tests/reference/cases/{name}/data.csv", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The one result of a `cox` of this endpoint with these options.
fn cox(data: &str, columns: Value, endpoint: Value, mut analysis: Value) -> Value {
    analysis["id"] = json!("it");
    analysis["type"] = json!("cox");
    analysis["endpoint"] = json!("E");
    let study = json!({
        "format": "riskset-study/1", "data": {"columns": columns}, "endpoints": {"E": endpoint}, "analyses": [analysis],
    });
    let table = riskset::table::open(data.as_bytes(), "data.csv").unwrap();
    let study = riskset::study::read(&study.to_string()).unwrap();
    let results = riskset::study::run(&study, &table).unwrap();
    let mut results: Value = serde_json::from_str(&serde_json::to_string(&results).unwrap()).unwrap();
    results["results"][0].take()
}

fn endpoint(event: u32) -> Value {
    json!({"time": "time", "status": "status", "event": [event], "unit": "days"})
}

fn lung(analysis: Value) -> Value {
    let columns = json!({"sex": {"type": "category", "levels": ["male", "female"]}});
    cox(&case("lung_cox"), columns, endpoint(2), analysis)
}

fn veteran(analysis: Value) -> Value {
    cox(&case("veteran"), json!({"celltype": {"type": "category"}}), endpoint(1), analysis)
}

#[track_caller]
fn close(found: &Value, expected: f64, tolerance: f64) {
    let number = found.as_f64().unwrap_or_else(|| panic!("{found} for {expected}"));
    assert!((number - expected).abs() <= tolerance * (1.0 + expected.abs()), "{number} for {expected}");
}

#[test]
fn residuals_of_rows() {
    // Rows 1, 2, 3 and 227 of those with ph_ecog: the last is the file's last.
    let expected = [
        (
            "efron",
            [0.0438187707579248, 0.0445889152718615, -2.22187896914827, -0.199332778613135],
            [0.0444756742972606, 0.0452694297755538, -2.10802228126188, -0.631399681047013],
            [0.342022699413193, 0.804796941851224, 15.643207336194576, 1.089411318051142],
            [-0.001908583479450781, -0.000745386426194651, 0.017396567490025, -0.003978461649522588],
        ),
        (
            "breslow",
            [0.0455700582912955, 0.0456028516772957, -2.22131888308308, -0.199074329347728],
            [0.0462812729803164, 0.0463151044985245, -2.10775657184746, -0.630990220760557],
            [0.361576860150674, 0.811669990833861, 15.637959708471882, 1.087694052720201],
            [-0.001926397141334547, -0.000755477724417811, 0.0174028462932993, -0.003973915289712076],
        ),
    ];
    for (ties, martingale, deviance, score_of_age, dfbeta_of_sex) in expected {
        let kinds = json!(["martingale", "deviance", "score", "dfbeta"]);
        let covariates = json!(["age", "sex", "ph_ecog"]);
        let result = lung(json!({"covariates": covariates, "ties": ties, "residuals": kinds}));
        let found = &result["residuals"];
        for (k, row) in [0, 1, 2, 226].into_iter().enumerate() {
            close(&found["martingale"][row], martingale[k], 1e-7);
            close(&found["deviance"][row], deviance[k], 1e-7);
            close(&found["score"][0]["values"][row], score_of_age[k], 1e-7);
            close(&found["dfbeta"][1]["values"][row], dfbeta_of_sex[k], 1e-7);
        }
        assert_eq!(found["row"][226], 228);
        assert_eq!((&found["dfbeta"][1]["variable"], &found["dfbeta"][1]["level"]), (&json!("sex"), &json!("female")));
    }
    let one = lung(json!({"covariates": ["age"], "residuals": "martingale"}));
    assert!(one["residuals"]["martingale"].is_array() && one["residuals"].get("score").is_none());
}

/// R's heart data with the weights 1 + (row mod 3)/2.
fn heart(analysis: Value) -> Value {
    let mut lines = Vec::new();
    for (row, line) in case("heart_entry").lines().enumerate() {
        let last = if row == 0 { "w".to_owned() } else { format!("{}", 1.0 + (row % 3) as f64 / 2.0) };
        lines.push(format!("{line},{last}"));
    }
    let endpoint = json!({"entry": "start", "time": "stop", "status": "event", "event": [1], "unit": "days"});
    cox(&lines.join("\n"), json!({"surgery": {"type": "number"}}), endpoint, analysis)
}

#[test]
fn late_entry_weights_and_strata() {
    let ask = |robust: bool| {
        heart(json!({
            "covariates": ["age"], "strata": "surgery", "weights": "w", "robust": robust,
            "residuals": ["martingale", "score", "dfbeta"], "predict": [{"age": 3}],
        }))
    };
    let result = ask(false);
    let found = &result["residuals"];
    let martingale = [0.769788891867920, 0.764840506688349, 0.553128608174632];
    let score = [-13.26048373165071, 4.59478831405727, -4.33181686326477];
    let dfbeta = [-0.002671733916449397, 0.000925761987722298, -0.000872778268699797];
    for (k, row) in [0, 3, 99].into_iter().enumerate() {
        close(&found["martingale"][row], martingale[k], 1e-7);
        close(&found["score"][0]["values"][row], score[k], 1e-7);
        close(&found["dfbeta"][0]["values"][row], dfbeta[k], 1e-7);
    }
    let hazard = [[0.316025062817334, 0.981664158790735], [0.139114767216420, 0.221680643782798]];
    let error = [[0.0417367307388524, 0.0471191045209987], [0.0768781148926337, 0.0893041063534803]];
    let robust = [[0.0421380847651682, 0.0485496385816647], [0.0770524857196265, 0.0896249482856186]];
    for (result, error) in [(result, error), (ask(true), robust)] {
        let curves = result["predictions"].as_array().unwrap();
        assert_eq!(curves.len(), 2);
        for (s, curve) in curves.iter().enumerate() {
            assert_eq!(curve["stratum"], format!("surgery = {s}"));
            for (k, time) in [30.0, 100.0].into_iter().enumerate() {
                let at = last_before(curve, time);
                close(&curve["cumulative_hazard"][at], hazard[s][k], 1e-7);
                close(&curve["std_error"][at], error[s][k], 1e-7);
            }
        }
    }
}

/// The last step of a curve at or before a time.
fn last_before(curve: &Value, time: f64) -> usize {
    let times = curve["time"].as_array().unwrap();
    times.iter().rposition(|at| at.as_f64().unwrap() <= time).unwrap()
}

#[test]
fn predicted_survival_with_its_interval() {
    let expected = [
        (
            "efron",
            [
                [0.997178278528841, 0.00284965544542329, 0.9916243408537576, 1.0],
                [0.613315478732285, 0.0768262302797721, 0.5275812101186599, 0.712981943325863],
                [0.119441963959173, 0.403738567322449, 0.0541369823664399, 0.263523789668564],
            ],
        ),
        (
            "breslow",
            [
                [0.997176031150151, 0.00285190880434473, 0.9916177265005175, 1.0],
                [0.613614872623599, 0.0767405095818026, 0.5279274416407405, 0.713210153908050],
                [0.119546868544454, 0.403706423231022, 0.0541879440939048, 0.263738623373836],
            ],
        ),
    ];
    for (ties, rows) in expected {
        let result = lung(json!({
            "covariates": ["age", "sex", "ph_ecog"], "ties": ties, "predict": {"age": 60, "sex": "female", "ph_ecog": 1},
        }));
        let curve = &result["predictions"][0];
        for (time, [surv, sigma, low, high]) in [5.0, 310.0, 883.0].into_iter().zip(rows) {
            let at = last_before(curve, time);
            close(&curve["estimate"][at], surv, 1e-8);
            close(&curve["std_error"][at], surv * sigma, 1e-8);
            close(&curve["conf_low"][at], low, 1e-8);
            close(&curve["conf_high"][at], high, 1e-8);
        }
        assert_eq!((&curve["stratum"], &curve["end"]), (&Value::Null, &json!(1022.0)));
        assert_eq!(result["rules"]["conf_type"], "log");
    }
    // The baseline is the patient of age 0 with the reference; a spline is evaluated at the patient's age.
    let both = lung(json!({"covariates": ["age", "sex"], "baseline": true, "predict": {"age": 0, "sex": "male"}}));
    assert_eq!(both["baseline"][0]["estimate"], both["predictions"][0]["estimate"]);
    let covariates = json!([{"spline": "age", "knots": [50, 60, 70]}, "sex"]);
    let ages = json!([{"age": 40, "sex": "male"}, {"age": 45, "sex": "male"}, {"age": 50, "sex": "male"}]);
    let spline = lung(json!({"covariates": covariates, "predict": ages}));
    // Below the first knot the log hazard is a straight line in age.
    let log = |k: usize| libm::log(spline["predictions"][k]["cumulative_hazard"][9].as_f64().unwrap());
    assert!((log(0) - 2.0 * log(1) + log(2)).abs() < 1e-9);
    close(&json!((log(1) - log(0)) / 5.0), spline["terms"][0]["estimate"].as_f64().unwrap(), 1e-8);
}

#[test]
fn adjusted_curves_are_the_mean_of_everybodys_prediction() {
    // reference/cox_study.R: at 180 days, trt and karno, strata celltype; and without strata.
    let columns = json!({"trt": {"type": "category", "levels": ["standard", "test"]}});
    let ask = |strata: Value| {
        let options = json!({"covariates": ["trt", "karno"], "strata": strata, "adjusted": "trt"});
        cox(&case("veteran"), columns.clone(), endpoint(1), options)
    };
    for (strata, expected) in [
        (json!([]), [0.241608708313569, 0.196444841601862]),
        (json!(["celltype"]), [0.259013854887473, 0.207837398526981]),
    ] {
        let result = ask(strata);
        let adjusted = &result["adjusted"];
        let at = last_before(adjusted, 180.0);
        close(&adjusted["curves"][0]["estimate"][at], expected[0], 1e-8);
        close(&adjusted["curves"][1]["estimate"][at], expected[1], 1e-8);
        assert_eq!((&adjusted["curves"][1]["level"], &adjusted["curves"][1]["n"]), (&json!("test"), &json!(68)));
    }
    // Strata end at different times: no curve goes beyond the first end (adeno, 186).
    let times = ask(json!(["celltype"]))["adjusted"]["time"].as_array().unwrap().clone();
    assert!(times.last().unwrap().as_f64().unwrap() <= 186.0);
    for options in
        [json!({"covariates": ["trt*karno"], "adjusted": "trt"}), json!({"covariates": ["karno"], "adjusted": "karno"})]
    {
        assert_eq!(cox(&case("veteran"), columns.clone(), endpoint(1), options)["error"]["code"], "bad_option");
    }
}

#[test]
fn adjusted_curves_have_the_error_of_coefficients_and_baseline() {
    let columns = json!({"trt": {"type": "category", "levels": ["standard", "test"]}});
    let ask = |options: Value| cox(&case("veteran"), columns.clone(), endpoint(1), options);
    // reference/adjusted.R: at 90 and 180 days. The derivatives there are numeric.
    for (strata, expected) in [
        (json!([]), [[0.0466972230120790, 0.0394959308373754], [0.0464720148815296, 0.0387688862198711]]),
        (json!(["prior"]), [[0.0472114017228285, 0.0400393378102569], [0.0465214489064212, 0.0390469847843234]]),
    ] {
        let result = ask(json!({"covariates": ["trt", "karno"], "strata": strata, "adjusted": "trt"}));
        assert_eq!(result["rules"]["conf_type"], "log");
        let adjusted = &result["adjusted"];
        for (curve, expected) in adjusted["curves"].as_array().unwrap().iter().zip(expected) {
            for (time, expected) in [90.0, 180.0].into_iter().zip(expected) {
                let at = last_before(adjusted, time);
                close(&curve["std_error"][at], expected, 1e-7);
                let (survival, error) =
                    (curve["estimate"][at].as_f64().unwrap(), curve["std_error"][at].as_f64().unwrap());
                let half = 1.959963984540054 * error / survival;
                close(&curve["conf_low"][at], survival * libm::exp(-half), 1e-12);
                close(&curve["conf_high"][at], (survival * libm::exp(half)).min(1.0), 1e-12);
            }
        }
    }
    // Where the patients differ in nothing else, it is the prediction of one of them, whose error R's survfit gives.
    let one =
        ask(json!({"covariates": ["trt"], "adjusted": "trt", "predict": {"trt": "test"}, "conf_type": "log-log"}));
    let (curve, predicted) = (&one["adjusted"]["curves"][1], &one["predictions"][0]);
    assert_eq!(one["adjusted"]["time"], predicted["time"]);
    for figure in ["estimate", "std_error", "conf_low", "conf_high"] {
        for (found, expected) in curve[figure].as_array().unwrap().iter().zip(predicted[figure].as_array().unwrap()) {
            match expected.as_f64() {
                Some(expected) => close(found, expected, 1e-10),
                None => assert!(found.is_null()),
            }
        }
    }
}

#[test]
fn influence_is_the_model_without_the_patient() {
    let result = veteran(json!({"covariates": ["karno", "age"], "influence": true}));
    let influence = &result["influence"];
    assert_eq!(influence["method"], "exact");
    let expected = [
        (0, [0.966949592114674, 0.997320398965935], [1.07641669549067e-10, 0.768196023442320]),
        (16, [0.966507492446845, 0.994605061363322], [4.89391726573466e-11, 0.557789408049349]),
        (94, [0.967127615863374, 0.998875833595993], [1.53412560145196e-10, 0.902304919556189]),
    ];
    for (row, ratios, p_values) in expected {
        let out = &influence["left_out"][row];
        assert_eq!(out["rows"], json!([row + 1]));
        for k in 0..2 {
            close(&out["hazard_ratio"][k], ratios[k], 1e-7);
            let p = out["p_value"][k].as_f64().unwrap();
            assert!((p / p_values[k] - 1.0).abs() < 1e-5, "{p}");
        }
    }
    assert_eq!(influence["pivotal"], json!([]));

    // Many rows: one step. 228 patients of lung.
    let result = lung(json!({"covariates": ["age", "sex"], "influence": true, "residuals": "dfbeta"}));
    assert_eq!(result["influence"]["method"], "one_step");
    let whole = result["terms"][0]["estimate"].as_f64().unwrap();
    let change = result["residuals"]["dfbeta"][0]["values"][7].as_f64().unwrap();
    close(&result["influence"]["left_out"][7]["hazard_ratio"][0], libm::exp(whole - change), 1e-10);
}

#[test]
fn a_conclusion_that_hangs_on_one_patient_names_them() {
    // The one patient with x = 9 dies first: without them x says little.
    let data = "time,status,x,g\n1,1,9,a\n2,1,3,b\n3,1,1,a\n4,1,4,b\n5,1,2,a\n6,1,3,b\n7,1,3,a\n8,1,1,b\n9,1,2,a\n10,1,2,b\n11,0,1,c\n";
    let columns = json!({"x": {"type": "number"}, "g": {"type": "category", "levels": ["a", "b", "c"]}});
    let ask = json!({"covariates": ["x"], "influence": true, "conf_level": 0.9});
    let result = cox(data, columns.clone(), endpoint(1), ask);
    let p = result["terms"][0]["p_value"].as_f64().unwrap();
    for out in result["influence"]["left_out"].as_array().unwrap() {
        let without = out["p_value"][0].as_f64().unwrap();
        let named =
            result["influence"]["pivotal"].as_array().unwrap().iter().any(|pivotal| pivotal["rows"] == out["rows"]);
        assert_eq!(named, (p < 0.1) != (without < 0.1), "{out}");
    }
    assert!(!result["influence"]["pivotal"].as_array().unwrap().is_empty());
    // Without the only patient of c the model has no such column.
    let result = cox(data, columns, endpoint(1), json!({"covariates": ["g"], "influence": true}));
    assert_eq!(result["influence"]["left_out"][10]["reason"], "not_estimable_without");
    // The second patient has the only event of b: without them its ratio has no finite estimate, which no p says.
    let data = "time,status,g\n1,1,a\n5,1,b\n3,1,a\n4,1,a\n6,0,a\n8,1,a\n2,0,b\n7,0,b\n9,0,b\n";
    let columns = json!({"g": {"type": "category", "levels": ["a", "b"]}});
    let result = cox(data, columns, endpoint(1), json!({"covariates": ["g"], "influence": true}));
    let influence = &result["influence"];
    assert_eq!(influence["left_out"][1], json!({"rows": [2], "hazard_ratio": [null], "p_value": [null]}));
    let hangs: Vec<&Value> =
        influence["pivotal"].as_array().unwrap().iter().filter(|of| of["rows"] == json!([2])).collect();
    assert_eq!(hangs.len(), 1, "{influence}");
    assert_eq!((&hangs[0]["p_value_without"], &hangs[0]["reason"]), (&Value::Null, &json!("separation")));
    assert_eq!(hangs[0]["p_value"], result["terms"][1]["p_value"]);
}

/// The baseline is of every number at 0, which calendar years are far from: e^(0.6·2010) is no number.
#[test]
fn a_hazard_beyond_the_range_of_numbers_is_refused() {
    let data = "time,status,year\n1,1,2010\n2,1,2011\n3,0,2010\n4,1,2011\n5,1,2013\n6,1,2012\n7,0,2014\n8,1,2014\n";
    let columns = json!({"year": {"type": "number"}});
    for (options, is_refused) in [
        (json!({"baseline": true}), true),
        (json!({"predict": {"year": 1e300}}), false),
        (json!({"predict": {"year": -1e300}}), true),
        (json!({"predict": {"year": 2012}}), false),
    ] {
        let mut ask = json!({"covariates": ["year"]});
        ask.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        let result = cox(data, columns.clone(), endpoint(1), ask);
        assert_eq!(result["error"]["code"] == "bad_option", is_refused, "{options}: {}", result["error"]);
        assert_ne!(result["error"]["code"], "not_finite");
    }
}

#[test]
fn what_cannot_be_had_is_refused() {
    for (options, code) in [
        (json!({"residuals": "martingale", "ties": "exact"}), "options_conflict"),
        (json!({"influence": true, "penalty": "firth"}), "options_conflict"),
        (json!({"predict": {"age": 50}}), "bad_option"),
        (json!({"predict": {"age": 50, "sex": "neither"}}), "bad_option"),
        (json!({"predict": {"age": 50, "sex": "male", "wt_loss": 3}}), "bad_option"),
        (json!({"predict": {"age": "old", "sex": "male"}}), "bad_option"),
    ] {
        let mut analysis = json!({"covariates": ["age", "sex"]});
        for (key, value) in options.as_object().unwrap() {
            analysis[key] = value.clone();
        }
        assert_eq!(lung(analysis)["error"]["code"], code, "{options}");
    }
    let data = "time,status,arm\n1,1,A\n2,1,A\n3,0,B\n4,0,B\n";
    let result =
        cox(data, json!({"arm": {"type": "category"}}), endpoint(1), json!({"covariates": ["arm"], "baseline": true}));
    assert_eq!(result["error"]["code"], "prediction_separated");
}
