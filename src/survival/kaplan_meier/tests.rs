use super::*;
use crate::survival::lung::Lung;

// The rows of tests/reference/kaplan_meier.R: unsorted, tied.
const ENTRY: [f64; 12] = [0.0, 2.0, 1.0, 0.0, 4.0, 3.0, 0.0, 5.0, 1.0, 6.0, 0.0, 2.0];
const TIME: [f64; 12] = [7.0, 5.0, 3.0, 9.0, 8.0, 5.0, 3.0, 12.0, 7.0, 12.0, 10.0, 3.0];
const EVENT: [bool; 12] = [true, true, false, true, false, true, true, false, false, true, true, true];
const WEIGHT: [f64; 12] = [0.5, 1.25, 2.0, 0.1, 0.7, 1.0, 3.0, 0.3, 0.2, 1.5, 0.6, 0.4];

fn sample<'a>(time: &'a [f64], event: &'a [bool]) -> Sample<'a> {
    Sample { entry: None, time, event, weight: None }
}

fn with(conf_type: ConfType) -> KmOptions {
    KmOptions { conf_type, conf_level: 0.95 }
}

fn close(got: f64, want: f64) {
    assert!((got - want).abs() <= 1e-12 * want.abs().max(1e-3), "{got} instead of {want}");
}

fn all_close(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    got.iter().zip(want).for_each(|(&got, &want)| close(got, want));
}

fn all_close_some(got: &[Option<f64>], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    got.iter().zip(want).for_each(|(got, &want)| close(got.unwrap(), want));
}

/// A group of many at once is its own curve, to the last bit; one without rows keeps its place.
#[test]
fn groups_are_their_own_curves() {
    let group = [0, 3, 0, 1, 1, 3, 0, 0, 1, 3, 1, 0];
    let leaves = [true, false, true, false, false, true, false, false, true, false, false, true];
    for (entry, weight, leaves) in [
        (None, None, None),
        (Some(&ENTRY[..]), None, Some(&leaves[..])),
        (None, Some(&WEIGHT[..]), None),
        (Some(&ENTRY[..]), Some(&WEIGHT[..]), Some(&leaves[..])),
    ] {
        let sample = Sample { entry, time: &TIME, event: &EVENT, weight };
        let curves = fit_groups(&sample, &group, 4, leaves, &KmOptions::default());
        assert_eq!(curves.len(), 4);
        for (code, curve) in (0..).zip(&curves) {
            let rows: Vec<usize> = (0..12).filter(|&row| group[row] == code).collect();
            let numbers = |values: &[f64]| -> Vec<f64> { rows.iter().map(|&row| values[row]).collect() };
            let flags = |values: &[bool]| -> Vec<bool> { rows.iter().map(|&row| values[row]).collect() };
            let (own_entry, own_weight) = (entry.map(numbers), weight.map(numbers));
            let (own_time, own_event) = (numbers(&TIME), flags(&EVENT));
            let own = Sample {
                entry: own_entry.as_deref(),
                time: &own_time,
                event: &own_event,
                weight: own_weight.as_deref(),
            };
            let alone = match leaves {
                Some(leaves) => fit_leaving(&own, &flags(leaves), &KmOptions::default()),
                None => fit(&own, &KmOptions::default()),
            };
            assert_eq!(*curve, alone);
            assert_eq!(curve.n, rows.len());
        }
    }
}

/// Rows whose times are many times tied are counted without an order; the figures are the same to the last bit.
#[test]
fn ties_are_counted_as_sorted_rows_are() {
    let n = 600;
    let time: Vec<f64> = (0..n).map(|i| f64::from(i * 37 % 23)).collect();
    let entry: Vec<f64> = (0..n).map(|i| f64::from(i * 37 % 23) * 0.5 - 1.0).collect();
    let event: Vec<bool> = (0..n).map(|i| i * 7 % 5 < 2).collect();
    let weight: Vec<f64> = (0..n).map(|i| 0.1 + f64::from(i * 11 % 13) / 7.0).collect();
    let leaves: Vec<bool> = (0..n).map(|i| i % 9 == 0).collect();
    let group: Vec<u32> = (0..n).map(|i| i as u32 * 5 % 7 % 3).collect();
    for (entry, weight, leaves) in [
        (None, None, None),
        (Some(&entry[..]), None, None),
        (None, Some(&weight[..]), None),
        (Some(&entry[..]), Some(&weight[..]), Some(&leaves[..])),
    ] {
        let sample = Sample { entry, time: &time, event: &event, weight };
        let role = Role { flip: false, others_first: false, leaves };
        assert!(distinct::find(&time, n as usize / 6).is_some());
        let counted = product_limits(&sample, Some(&group), 3, &KmOptions::default(), role);
        let leaving = order::ascending_within(&time, &group);
        let entering = entry.map(|entry| order::ascending_within(entry, &group));
        let entering = entering.as_ref().map(|entering| entering.by_class(Some(&group)));
        for (code, ends) in leaving.by_class(Some(&group)) {
            let ends = ends.iter().map(|run| End::of(&sample, run, role));
            let entering = entering.as_ref().map(|entering| entering[code as usize].1);
            let sorted = Curve::new(&sample, ends, entering, &KmOptions::default(), role);
            assert_eq!(counted[code as usize], sorted);
        }
    }
}

#[test]
fn unweighted_of_r() {
    let curve = fit(&sample(&TIME, &EVENT), &KmOptions::default());
    let steps = &curve.steps;
    assert_eq!(steps.time, [3.0, 5.0, 7.0, 8.0, 9.0, 10.0, 12.0]);
    assert_eq!(steps.n_risk, [12.0, 9.0, 7.0, 5.0, 4.0, 3.0, 2.0]);
    assert_eq!(steps.n_event, [2.0, 2.0, 1.0, 0.0, 1.0, 1.0, 1.0]);
    assert_eq!(steps.n_censor, [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
    assert_eq!((curve.n, curve.n_event, curve.weighted), (12, 8.0, false));
    // By hand: 10/12, × 7/9, × 6/7, × 3/4, × 2/3, × 1/2.
    let by_hand = [5.0 / 6.0, 35.0 / 54.0, 5.0 / 9.0, 5.0 / 9.0, 5.0 / 12.0, 5.0 / 18.0, 5.0 / 36.0];
    all_close(&steps.estimate, &by_hand);
    all_close_some(
        &steps.std_error,
        &[
            0.1075828707279838,
            0.14261129694009778,
            0.14930106941293608,
            0.14930106941293608,
            0.16433554953054488,
            0.15767950338820738,
            0.1259395417475504,
        ],
    );
    all_close_some(
        &steps.conf_low,
        &[
            0.6470369870133617,
            0.4211001352712657,
            0.3280756165430238,
            0.3280756165430238,
            0.19234032352407313,
            0.09130954263155161,
            0.023487023974897436,
        ],
    );
    all_close_some(
        &steps.conf_high,
        &[
            1.0,
            0.9976154998792742,
            0.9407647497880008,
            0.9407647497880008,
            0.9026246183337736,
            0.8450430437321891,
            0.8213098210061476,
        ],
    );
}

#[test]
fn weighted_of_r() {
    let sample = Sample { weight: Some(&WEIGHT), ..sample(&TIME, &EVENT) };
    let curve = fit(&sample, &with(ConfType::LogLog));
    all_close(&curve.steps.n_risk, &[11.55, 6.15, 3.9, 3.2, 2.5, 2.4, 1.8]);
    all_close(&curve.steps.n_event, &[3.4, 2.25, 0.5, 0.0, 0.1, 0.6, 1.5]);
    all_close(&curve.steps.n_censor, &[2.0, 0.0, 0.2, 0.7, 0.0, 0.0, 0.3]);
    assert_eq!(curve.raw.n_risk, [12, 9, 7, 5, 4, 3, 2]);
    close(curve.n_event, 8.35);
    all_close(
        &curve.steps.estimate,
        &[
            0.7056277056277056,
            0.4474712279590328,
            0.3901031218104389,
            0.3901031218104389,
            0.3744989969380213,
            0.280874247703516,
            0.04681237461725267,
        ],
    );
    close(curve.steps.std_error[6].unwrap(), 0.0824345667857003);
    close(curve.steps.conf_low[1].unwrap(), 0.1442947193883914);
    close(curve.steps.conf_high[1].unwrap(), 0.7160329612200559);
    close(curve.at(6.0, Beyond::Null).n_risk, 3.9);
}

#[test]
fn late_entry_of_r() {
    let sample = Sample { entry: Some(&ENTRY), ..sample(&TIME, &EVENT) };
    let curve = fit(&sample, &with(ConfType::Plain));
    assert_eq!(curve.steps.n_risk, [8.0, 7.0, 7.0, 5.0, 4.0, 3.0, 2.0]);
    // By hand: 6/8, × 5/7, × 6/7, × 3/4, × 2/3, × 1/2.
    let by_hand = [3.0 / 4.0, 15.0 / 28.0, 45.0 / 98.0, 45.0 / 98.0, 135.0 / 392.0, 45.0 / 196.0, 45.0 / 392.0];
    all_close(&curve.steps.estimate, &by_hand);
    close(curve.steps.std_error[5].unwrap(), 0.1401486659552941);
    assert_eq!(curve.steps.conf_low[5], Some(0.0));
    close(curve.steps.conf_high[5].unwrap(), 0.5042781744884051);

    let weighted = Sample { weight: Some(&WEIGHT), ..sample };
    let curve = fit(&weighted, &with(ConfType::Logit));
    all_close(&curve.steps.n_risk, &[8.05, 4.35, 3.9, 3.2, 2.5, 2.4, 1.8]);
    close(curve.steps.estimate[6], 0.029173105754814903);
    close(curve.steps.std_error[6].unwrap(), 0.05306119048349453);
    close(curve.steps.conf_low[6].unwrap(), 0.0007634619367334894);
    close(curve.steps.conf_high[6].unwrap(), 0.5416735174655727);
    // Rows 1, 4, 7 and 11 enter at 0; at 2 rows 3 and 9 have entered too.
    close(curve.at(0.0, Beyond::Null).n_risk, 4.2);
    close(curve.at(2.0, Beyond::Null).n_risk, 6.4);
    assert_eq!(curve.at(13.0, Beyond::Null).n_risk, 0.0);
}

/// Rule 15: events at time 0 are kept.
#[test]
fn time_zero_of_r() {
    let time = [0.0, 0.0, 1.0, 2.0, 3.0, 4.0];
    let curve = fit(&sample(&time, &[true, false, true, true, false, true]), &KmOptions::default());
    assert_eq!(curve.steps.n_risk, [6.0, 4.0, 3.0, 2.0, 1.0]);
    all_close(&curve.steps.estimate, &[5.0 / 6.0, 0.625, 5.0 / 12.0, 5.0 / 12.0, 0.0]);
    close(curve.steps.std_error[3].unwrap(), 0.22178776975932377);
    close(curve.steps.conf_low[3].unwrap(), 0.1467919155344715);
    assert_eq!((curve.steps.std_error[4], curve.steps.conf_low[4], curve.steps.conf_high[4]), (None, None, None));
    let at = curve.at(0.0, Beyond::Null);
    close(at.estimate.unwrap(), 5.0 / 6.0);
    assert_eq!(at.n_risk, 6.0);
}

/// Rule 18: a weight is a count for the standard error.
#[test]
fn weighted_standard_error_of_lung() {
    let lung = Lung::load();
    let sample = Sample { weight: Some(&lung.weight), ..lung.sample() };
    let at = fit(&sample, &KmOptions::default()).at(365.0, Beyond::Null);
    assert!((at.std_error.unwrap() - 0.02705).abs() < 5e-6);
}

#[test]
fn whole_weights_are_repeated_rows() {
    let weighted = Sample { weight: Some(&[2.0, 1.0, 3.0]), ..sample(&[2.0, 1.0, 3.0], &[true, false, true]) };
    let repeated = sample(&[2.0, 2.0, 1.0, 3.0, 3.0, 3.0], &[true, true, false, true, true, true]);
    let (weighted, repeated) = (fit(&weighted, &KmOptions::default()), fit(&repeated, &KmOptions::default()));
    assert_eq!(weighted.steps, repeated.steps);
    assert_eq!(weighted.raw.n_risk, [3, 2, 1]);
}

#[test]
fn weights_that_do_not_add_up_exactly_still_reach_zero() {
    let weight = [0.1, 0.2, 0.3, 0.7];
    let time = [3.0, 3.0, 3.0, 1.0];
    for entry in [None, Some(&[0.5, 0.1, 0.2, 0.3][..])] {
        let curve = fit(&Sample { entry, weight: Some(&weight), ..sample(&time, &[true; 4]) }, &KmOptions::default());
        assert_eq!(curve.steps.estimate[1], 0.0);
        assert_eq!(curve.steps.std_error[1], None);
    }
}

/// Rule 4: the last time is estimable, later there is nothing, unless the curve has come to 0.
#[test]
fn beyond_the_last_time() {
    let curve = fit(&sample(&[1.0, 2.0, 3.0], &[true, true, false]), &KmOptions::default());
    close(curve.at(3.0, Beyond::Null).estimate.unwrap(), 1.0 / 3.0);
    let beyond = curve.at(3.5, Beyond::Null);
    assert_eq!((beyond.n_risk, beyond.estimate, beyond.conf_low), (0.0, None, None));
    assert_eq!(beyond.reason, Some(Reason::BeyondFollowUp));
    let carried = curve.at(3.5, Beyond::Carry);
    assert_eq!(carried.estimate, curve.at(3.0, Beyond::Null).estimate);
    assert_eq!((carried.n_risk, carried.reason), (0.0, Some(Reason::CarriedForward)));

    let curve = fit(&sample(&[1.0, 2.0], &[true, true]), &KmOptions::default());
    let beyond = curve.at(9.0, Beyond::Null);
    assert_eq!((beyond.estimate, beyond.std_error, beyond.conf_high), (Some(0.0), None, None));
    assert_eq!(beyond.reason, Some(Reason::CurveAtZero));
}

#[test]
fn before_the_first_time() {
    let curve = fit(&sample(&[1.0, 2.0], &[true, false]), &KmOptions::default());
    let at = curve.at(0.0, Beyond::Null);
    assert_eq!((at.n_risk, at.estimate, at.std_error), (2.0, Some(1.0), Some(0.0)));
    assert_eq!((at.conf_low, at.conf_high, at.reason), (Some(1.0), Some(1.0), None));
    assert_eq!(fit(&sample(&[1.0], &[true]), &with(ConfType::None)).at(0.0, Beyond::Null).conf_low, None);
}

#[test]
fn all_censored_one_row_and_no_row() {
    let curve = fit(&sample(&[2.0, 1.0, 2.0], &[false; 3]), &KmOptions::default());
    assert_eq!(curve.steps.estimate, [1.0, 1.0]);
    assert_eq!(curve.steps.std_error, [Some(0.0), Some(0.0)]);
    assert_eq!(curve.steps.conf_low, [Some(1.0), Some(1.0)]);
    let curve = fit(&sample(&[2.0], &[true]), &KmOptions::default());
    assert_eq!((&curve.steps.estimate[..], curve.n_event), (&[0.0][..], 1.0));
    let curve = fit(&sample(&[], &[]), &KmOptions::default());
    assert_eq!((curve.n, curve.steps.time.len(), curve.last_time()), (0, 0, None));
    assert_eq!(curve.n_event.to_bits(), 0.0f64.to_bits());
    let at = curve.at(0.0, Beyond::Carry);
    assert_eq!((at.n_risk, at.estimate, at.reason), (0.0, None, Some(Reason::NotEstimable)));
    assert_eq!(curve.counts_at(1.0, AtRiskRule::Left).n_entered, 0);
}

/// Late entry: one early death among one at risk brings the curve to 0 for good.
#[test]
fn zero_before_entry() {
    let sample = Sample { entry: Some(&[0.0, 1.0, 2.0]), ..sample(&[1.0, 3.0, 4.0], &[true, true, false]) };
    let curve = fit(&sample, &KmOptions::default());
    assert_eq!(curve.steps.estimate, [0.0, 0.0, 0.0]);
    assert_eq!(curve.steps.n_risk, [1.0, 2.0, 1.0]);
    assert_eq!(curve.zero_before_entry, Some(1.0));
    assert_eq!(curve.at(3.5, Beyond::Null).n_risk, 1.0);
    let last = Sample { entry: Some(&[0.0, 1.0]), time: &[2.0, 3.0], event: &[true; 2], weight: None };
    assert_eq!(fit(&last, &KmOptions::default()).zero_before_entry, None);
}

/// Rule 5: the three numbers under a figure sum to those entered, at every tick, by either rule.
#[test]
fn counts_sum_to_those_entered() {
    for entry in [None, Some(&ENTRY[..])] {
        let rows = Sample { entry, ..sample(&TIME, &EVENT) };
        let curve = fit(&rows, &KmOptions::default());
        let weighted = fit(&Sample { weight: Some(&WEIGHT), ..rows }, &KmOptions::default());
        for tick in 0..30 {
            let t = f64::from(tick) * 0.5;
            for rule in [AtRiskRule::Left, AtRiskRule::Right] {
                let right = rule == AtRiskRule::Right;
                let counts = curve.counts_at(t, rule);
                let entered =
                    |i: usize| entry.is_none_or(|entry| entry[i] < t || (entry[i] == t && (right || t == 0.0)));
                let gone = |i: usize| TIME[i] < t || (right && TIME[i] == t);
                let count = |keep: &dyn Fn(usize) -> bool| (0..12).filter(|&i| keep(i)).count();
                assert_eq!(counts.n_entered, count(&entered));
                assert_eq!(counts.n_risk, count(&|i| entered(i) && !gone(i)));
                assert_eq!(counts.n_event, count(&|i| gone(i) && EVENT[i]));
                assert_eq!(counts.n_censor, count(&|i| gone(i) && !EVENT[i]));
                assert_eq!(counts.n_risk + counts.n_event + counts.n_censor, counts.n_entered);
                assert_eq!(curve.at_risk(t, rule), counts.n_risk as f64);
                let weight: f64 = (0..12).filter(|&i| entered(i) && !gone(i)).map(|i| WEIGHT[i]).sum();
                close(weighted.at_risk(t, rule), weight);
            }
        }
    }
}

#[test]
fn spellings() {
    assert_eq!(serde_json::from_str::<Beyond>("null").unwrap(), Beyond::Null);
    assert_eq!(serde_json::from_str::<Beyond>("\"carry\"").unwrap(), Beyond::Carry);
    assert_eq!(serde_json::to_string(&[Beyond::Null, Beyond::Carry]).unwrap(), "[null,\"carry\"]");
    assert_eq!(serde_json::from_str::<AtRiskRule>("\"right\"").unwrap(), AtRiskRule::Right);
}
