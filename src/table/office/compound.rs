//! The container of .xls workbooks (\[MS-CFB\]): sectors that tables chain to streams.
//!
//! The library that reads it follows a chain to its end, and one that leads back to itself has none: it would take all memory there
//! is. So the tables are looked through before.

/// Bytes of the header, of which the rest of a large first sector is unused.
const HEADER: usize = 512;
/// Numbers from this on name no sector.
const NO_SECTOR: u32 = 0xffff_fffa;

/// Whether a chain of sectors, or of small ones, leads back to itself. What cannot be followed is no such chain: the reader says
/// what is wrong with it.
pub(super) fn leads_back(bytes: &[u8]) -> bool {
    let Some(tables) = Tables::of(bytes) else { return false };
    has_cycle(&tables.sectors) || has_cycle(&tables.small_sectors(bytes))
}

/// The tables of the sectors: which one follows each.
struct Tables {
    size: usize,
    sectors: Vec<u32>,
    /// First sector of the table of small ones.
    small: u32,
}

impl Tables {
    fn of(bytes: &[u8]) -> Option<Self> {
        let size = match number(bytes, 30)? & 0xffff {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let small = number(bytes, 60)?;
        let mut out = Self { size, sectors: Vec::new(), small };
        let mut parts: Vec<u32> = numbers(bytes.get(76..HEADER)?).collect();
        // More parts of the list of parts; none can be met twice.
        let mut next = number(bytes, 68)?;
        for _ in 0..=bytes.len() / size {
            if next >= NO_SECTOR {
                break;
            }
            let Some(sector) = out.sector(bytes, next) else { break };
            parts.extend(numbers(sector));
            next = parts.pop()?;
        }
        // A table has no more parts than the file has sectors.
        for part in parts.into_iter().filter(|&part| part < NO_SECTOR).take(bytes.len() / size + 1) {
            let Some(sector) = out.sector(bytes, part) else { break };
            let entries: Vec<u32> = numbers(sector).collect();
            out.sectors.extend(entries);
        }
        Some(out)
    }

    /// The table of the small sectors, as far as its chain, which has no cycle, can be followed.
    fn small_sectors(&self, bytes: &[u8]) -> Vec<u32> {
        let (mut out, mut next) = (Vec::new(), self.small);
        while let Some(sector) = self.sector(bytes, next) {
            out.extend(numbers(sector));
            let Some(&after) = self.sectors.get(next as usize) else { break };
            next = after;
        }
        out
    }

    fn sector<'a>(&self, bytes: &'a [u8], number: u32) -> Option<&'a [u8]> {
        let start = (number as usize).checked_mul(self.size)?.checked_add(self.size.max(HEADER))?;
        let rest = bytes.get(start..)?;
        (!rest.is_empty()).then(|| &rest[..rest.len().min(self.size)])
    }
}

/// The number at a place.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    numbers(bytes.get(at..at + 4)?).next()
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

/// Whether following the table from an entry comes to one that was met on the way. Linear time.
fn has_cycle(next: &[u32]) -> bool {
    // The walk that met each entry first; 0: none.
    let mut met = vec![0; next.len()];
    for start in 0..next.len() {
        let (walk, mut at) = (start + 1, start);
        while let Some(seen) = met.get_mut(at) {
            if *seen != 0 {
                if *seen == walk {
                    return true;
                }
                break;
            }
            *seen = walk;
            at = next[at] as usize;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles() {
        const END: u32 = 0xffff_fffe;
        for (table, is_cycle) in [
            (&[][..], false),
            (&[END], false),
            (&[0], true),
            (&[1, 2, END], false),
            (&[END, 0, 1], false),
            // Two chains with one end are wrong, but have an end.
            (&[2, 2, END], false),
            (&[1, 2, 0], true),
            (&[3, END, 3, 2], true),
            (&[7, END], false),
        ] {
            assert_eq!(has_cycle(table), is_cycle, "{table:?}");
        }
    }

    #[test]
    fn a_workbook_and_the_same_with_a_directory_that_leads_back() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/office/files/old.xls");
        let mut bytes = std::fs::read(path).expect("the file");
        assert!(!leads_back(&bytes));
        let tables = Tables::of(&bytes).expect("tables");
        assert!(tables.sectors.len() >= 128, "{}", tables.sectors.len());
        // The sector of the directory follows itself.
        let directory = number(&bytes, 48).expect("a number");
        let table = number(&bytes, 76).expect("a number");
        let place = tables.size * (table as usize + 1) + 4 * directory as usize;
        bytes[place..place + 4].copy_from_slice(&directory.to_le_bytes());
        assert!(leads_back(&bytes));
        let error = super::super::convert(&bytes, "old.xls", &Default::default()).expect_err("no table");
        assert_eq!(error.kind.code(), "office_unreadable");
        // Cut anywhere, no panic.
        (0..bytes.len()).step_by(7).for_each(|n| {
            leads_back(&bytes[..n]);
        });
    }
}
