//! Hash tables whose order of search follows from their keys alone. (The standard library's begin with a number of chance, which in the page is an
//! address; what a run of the engine comes to would then differ from one to the next. Keys are words of the user's own files.)

use std::hash::{BuildHasherDefault, DefaultHasher};

/// Always the same hash of the same key.
pub type Fixed = BuildHasherDefault<DefaultHasher>;
/// In the order of insertion.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, Fixed>;
/// In the order of insertion.
pub type IndexSet<T> = indexmap::IndexSet<T, Fixed>;
/// In no order that means anything.
pub type HashMap<K, V> = std::collections::HashMap<K, V, Fixed>;
/// In no order that means anything.
pub type HashSet<T> = std::collections::HashSet<T, Fixed>;
