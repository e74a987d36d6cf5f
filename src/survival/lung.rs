//! The lung cancer data of R's survival package (Loprinzi 1994), for tests.

use super::Sample;

/// Rows of tests/reference/lung.csv.
pub struct Lung {
    pub time: Vec<f64>,
    pub event: Vec<bool>,
    /// 0 male, 1 female.
    pub sex: Vec<u32>,
    /// ECOG score of 0 to 3; one row has none.
    pub ecog: Vec<Option<u32>>,
    pub weight: Vec<f64>,
}

impl Lung {
    pub fn load() -> Self {
        let mut lung = Self { time: vec![], event: vec![], sex: vec![], ecog: vec![], weight: vec![] };
        for line in include_str!("../../tests/reference/lung.csv").lines().skip(1) {
            let cell: Vec<&str> = line.split(',').collect();
            lung.time.push(cell[0].parse().unwrap());
            lung.event.push(cell[1] == "2");
            lung.sex.push(cell[2].parse::<u32>().unwrap() - 1);
            lung.ecog.push(cell[3].parse().ok());
            lung.weight.push(cell[4].parse().unwrap());
        }
        lung
    }

    /// Only the rows with an ECOG score below `end`.
    pub fn ecog_below(end: u32) -> (Self, Vec<u32>) {
        let all = Self::load();
        let mut lung = Self { time: vec![], event: vec![], sex: vec![], ecog: vec![], weight: vec![] };
        for i in (0..all.time.len()).filter(|&i| all.ecog[i].is_some_and(|ecog| ecog < end)) {
            lung.time.push(all.time[i]);
            lung.event.push(all.event[i]);
            lung.sex.push(all.sex[i]);
            lung.ecog.push(all.ecog[i]);
            lung.weight.push(all.weight[i]);
        }
        let ecog = lung.ecog.iter().map(|ecog| ecog.unwrap()).collect();
        (lung, ecog)
    }

    pub fn sample(&self) -> Sample<'_> {
        Sample { entry: None, time: &self.time, event: &self.event, weight: None }
    }
}
