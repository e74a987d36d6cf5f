//! Made-up cohorts, the same everywhere: whole days with many ties, three of five rows censored, ten covariates.

/// Number of covariates.
pub const COVARIATES: usize = 10;

/// Names of the columns, in the order of the file.
pub const NAMES: [&str; 16] = [
    "time", "status", "grp", "entry", "weight", "cluster", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10",
];

/// Typed columns of one length.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// Whole days, from 1.
    pub time: Vec<f64>,
    /// Whether the row ends in the event.
    pub event: Vec<bool>,
    /// One of four groups, from 0.
    pub group: Vec<u32>,
    /// Whole days before `time`.
    pub entry: Vec<f64>,
    /// Case weights, halves from 0.5 to 2.
    pub weight: Vec<f64>,
    /// Clusters of ten rows on average, from 0.
    pub cluster: Vec<u32>,
    /// Covariates: five numbers, five indicators.
    pub x: Vec<Vec<f64>>,
}

/// Numbers that look random: SplitMix64 (Steele, Lea and Flood 2014).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Between 0 and 1, both excluded.
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ z >> 31) >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// Near the standard normal distribution: the sum of twelve uniform numbers.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    /// 0, 1, … below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }
}

impl Columns {
    /// A cohort of `n` rows; the same for the same `n`.
    pub fn generate(n: usize) -> Self {
        let mut random = Random::new(n as u64);
        let mut out = Self { x: vec![Vec::with_capacity(n); COVARIATES], ..Self::default() };
        for _ in 0..n {
            let group = random.below(4);
            let mut predictor = 0.12 * group as f64;
            for (k, column) in out.x.iter_mut().enumerate() {
                let (value, effect) = match k {
                    // Age in years, and numbers with four decimals.
                    0 => ((62.0 + 11.0 * random.normal()).round(), 0.02),
                    1..5 => ((random.normal() * 1e4).round() / 1e4, [0.25, -0.15, 0.1, 0.0][k - 1]),
                    _ => (f64::from(random.uniform() < 0.1 * (k - 3) as f64), [0.4, -0.3, 0.2, -0.1, 0.0][k - 5]),
                };
                column.push(value);
                predictor += effect * if k == 0 { value - 62.0 } else { value };
            }
            let event = (-libm::log(random.uniform()) / (2.4e-4 * libm::exp(predictor))).ceil();
            let censored = (random.uniform() * 3650.0).ceil();
            let time = event.min(censored);
            out.time.push(time);
            out.event.push(event <= censored);
            out.group.push(group as u32);
            let late = random.uniform();
            out.entry.push(if late < 0.5 { 0.0 } else { ((late - 0.5) * time).floor() });
            out.weight.push(0.5 * (1 + random.below(4)) as f64);
            out.cluster.push(random.below(n.div_ceil(10)) as u32);
        }
        out
    }

    /// Columns of `n` zeros, to be filled.
    pub fn zeros(n: usize) -> Self {
        Self {
            time: vec![0.0; n],
            event: vec![false; n],
            group: vec![0; n],
            entry: vec![0.0; n],
            weight: vec![0.0; n],
            cluster: vec![0; n],
            x: vec![vec![0.0; n]; COVARIATES],
        }
    }

    /// Rows.
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// Column `k` of [`NAMES`] as numbers.
    fn numbers(&self, k: usize) -> Vec<f64> {
        match k {
            0 => self.time.clone(),
            1 => self.event.iter().map(|&event| f64::from(u8::from(event))).collect(),
            2 => self.group.iter().map(|&group| f64::from(group)).collect(),
            3 => self.entry.clone(),
            4 => self.weight.clone(),
            5 => self.cluster.iter().map(|&cluster| f64::from(cluster)).collect(),
            _ => self.x[k - 6].clone(),
        }
    }

    /// The columns of [`NAMES`] one after the other, little-endian. R: `readBin(file, "double", n * 16)`.
    pub fn to_bytes(&self) -> Vec<u8> {
        (0..NAMES.len()).flat_map(|k| self.numbers(k)).flat_map(f64::to_le_bytes).collect()
    }

    /// The columns of [`Self::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let n = bytes.len() / 8 / NAMES.len();
        let number = |bytes: &[u8]| f64::from_le_bytes(bytes.try_into().unwrap_or_default());
        let column = |k: usize| -> Vec<f64> { bytes[k * n * 8..(k + 1) * n * 8].chunks_exact(8).map(number).collect() };
        let codes = |k: usize| column(k).into_iter().map(|code| code as u32).collect();
        Self {
            time: column(0),
            event: column(1).into_iter().map(|status| status == 1.0).collect(),
            group: codes(2),
            entry: column(3),
            weight: column(4),
            cluster: codes(5),
            x: (6..NAMES.len()).map(column).collect(),
        }
    }

    /// The same as a CSV file with a header.
    pub fn to_csv(&self) -> String {
        let columns: Vec<Vec<f64>> = (0..NAMES.len()).map(|k| self.numbers(k)).collect();
        let mut out = NAMES.join(",") + "\n";
        for row in 0..self.len() {
            for (k, column) in columns.iter().enumerate() {
                if k > 0 {
                    out.push(',');
                }
                out.push_str(&column[row].to_string());
            }
            out.push('\n');
        }
        out
    }
}

/// A CSV file of `n` patients with eight prognostic variables, as a paper has them: four numbers, two yes or no, one of
/// three levels, one of four.
pub fn prognostic_csv(n: usize) -> String {
    let mut random = Random::new(40 + n as u64);
    let mut out = String::from("time,status,age,size,albumin,hemoglobin,margin,necrosis,grade,site\n");
    for _ in 0..n {
        let numbers = [(); 4].map(|()| (random.normal() * 100.0).round() / 100.0);
        let (margin, necrosis) = (random.below(2), random.below(2));
        let (grade, site) = (random.below(3), random.below(4));
        let predictor = 0.4 * numbers[0] + 0.5 * margin as f64 + 0.6 * grade as f64;
        let event = -libm::log(random.uniform()) * 40.0 * libm::exp(-predictor);
        let censored = 60.0 * random.uniform();
        let time = (event.min(censored) * 10.0).ceil() / 10.0;
        let [age, size, albumin, hemoglobin] = numbers;
        out.push_str(&format!(
            "{time},{},{age},{size},{albumin},{hemoglobin},{margin},{necrosis},G{grade},S{site}\n",
            u8::from(event <= censored)
        ));
    }
    out
}
