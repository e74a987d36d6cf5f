//! The native half of the bench: makes the cohorts, and times the tasks on them. Results are lines of JSON.

use std::path::Path;
use std::time::Instant;

use riskset_bench::cohort::Columns;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate", folder, sizes @ ..] => sizes.iter().for_each(|size| generate(folder, number(size))),
        ["run", side, file, csv, tasks @ ..] => run(side, file, csv, tasks),
        _ => {
            eprintln!("riskset-bench generate FOLDER SIZE…\nriskset-bench run SIDE COLUMNS|- CSV|- [TASK…]");
            std::process::exit(2);
        }
    }
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or_else(|_| fail(&format!("\"{text}\" is not a number of rows")))
}

fn fail(what: &str) -> ! {
    eprintln!("riskset-bench: {what}");
    std::process::exit(2);
}

/// Writes the cohort unless it is there.
fn generate(folder: &str, n: usize) {
    let write = |name: String, content: &dyn Fn() -> Vec<u8>| {
        let path = Path::new(folder).join(name);
        if !path.exists()
            && let Err(error) = std::fs::write(&path, content())
        {
            fail(&format!("{} cannot be written: {error}", path.display()));
        }
    };
    write(format!("cohort-{n}.bin"), &|| Columns::generate(n).to_bytes());
    write(format!("cohort-{n}.csv"), &|| Columns::generate(n).to_csv().into_bytes());
}

#[cfg(not(any(feature = "engine", feature = "peer")))]
fn run(_: &str, _: &str, _: &str, _: &[&str]) {
    fail("built without a side: --features engine or --features peer");
}

#[cfg(any(feature = "engine", feature = "peer"))]
fn run(side: &str, file: &str, csv: &str, tasks: &[&str]) {
    use riskset_bench::Bench;
    let read = |path: &str| match path {
        "-" => Vec::new(),
        path => std::fs::read(path).unwrap_or_else(|error| fail(&format!("{path}: {error}"))),
    };
    let columns = Columns::from_bytes(&read(file));
    let text = read(csv);
    let n = columns.len();
    let mut all = if file == "-" { Bench::TABLE_TASKS } else { Bench::TASKS }.to_vec();
    if csv != "-" {
        all.extend(Bench::TEXT_TASKS);
    }
    let mut bench = Bench::default();
    for task in all.into_iter().filter(|task| tasks.is_empty() || tasks.contains(task)) {
        let (mut seconds, mut value) = (Vec::new(), 0.0);
        // Three times, and on for a second, but not more than 25 times; once more before, to warm up.
        while seconds.len() < 4 || (seconds.iter().sum::<f64>() < 1.0 && seconds.len() < 25) {
            bench.prepare(task, &columns, &text);
            let started = Instant::now();
            value = bench.run(task, &columns, &text);
            seconds.push(started.elapsed().as_secs_f64());
        }
        let (first, timed) = (seconds[0], &seconds[1..]);
        let value = if value.is_finite() { value.to_string() } else { "null".to_owned() };
        println!(r#"{{"side":"{side}","task":"{task}","n":{n},"value":{value},"first":{first},"seconds":{timed:?}}}"#);
    }
}
