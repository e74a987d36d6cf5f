#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| riskset_fuzz::sav(bytes));
