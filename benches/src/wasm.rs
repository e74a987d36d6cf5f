//! The bench in wasm, called from Node. Columns are written straight into memory, so that nothing is there before a task
//! but the columns themselves.

use wasm_bindgen::prelude::*;

use crate::Bench;
use crate::cohort::Columns;

/// Columns, and what is run on them.
#[wasm_bindgen]
pub struct Runner {
    columns: Columns,
    text: Vec<u8>,
    bench: Bench,
}

#[wasm_bindgen]
impl Runner {
    /// Columns of `n` rows and a file of `text` bytes, both to be filled.
    #[wasm_bindgen(constructor)]
    pub fn new(n: usize, text: usize) -> Runner {
        Runner { columns: Columns::zeros(n), text: vec![0; text], bench: Bench::default() }
    }

    /// The memory of this instance.
    pub fn memory() -> JsValue {
        wasm_bindgen::memory()
    }

    /// Address of a column of [`crate::cohort::NAMES`]: a byte a row for the second, 32 bits for the third and the sixth,
    /// else a float.
    pub fn address(&mut self, column: usize) -> usize {
        let columns = &mut self.columns;
        match column {
            0 => columns.time.as_mut_ptr() as usize,
            1 => columns.event.as_mut_ptr() as usize,
            2 => columns.group.as_mut_ptr() as usize,
            3 => columns.entry.as_mut_ptr() as usize,
            4 => columns.weight.as_mut_ptr() as usize,
            5 => columns.cluster.as_mut_ptr() as usize,
            k => columns.x[k - 6].as_mut_ptr() as usize,
        }
    }

    /// Address of the file.
    pub fn text_address(&mut self) -> usize {
        self.text.as_mut_ptr() as usize
    }

    /// The tasks on columns, by name.
    pub fn tasks() -> String {
        Bench::TASKS.join(" ")
    }

    /// The tasks on a file, by name.
    pub fn text_tasks() -> String {
        Bench::TEXT_TASKS.join(" ")
    }

    /// The tasks that need neither, by name.
    pub fn table_tasks() -> String {
        Bench::TABLE_TASKS.join(" ")
    }

    /// Makes ready what `task` needs.
    pub fn prepare(&mut self, task: &str) {
        self.bench.prepare(task, &self.columns, &self.text);
    }

    /// Runs it; the value is the same on every side.
    pub fn run(&mut self, task: &str) -> f64 {
        self.bench.run(task, &self.columns, &self.text)
    }
}
