// Writes the awkward files and what must come out of each: `node tests/awkward/make.mjs`.
//
// Every file is invented, a few rows long, and shows one habit of hospital files. `cases.json` holds for each file either the
// table that must come out (dialect, and for each column its type and its values as the study sees them) or the exact error.
// `tests/awkward.rs` reads them natively and the browser scenario `awkward_files` through the page.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('files/', import.meta.url));

/**
 * @typedef {object} Case
 * @property {string} file
 * @property {string} what why it is awkward
 * @property {object} [read] how the study says that it is read
 * @property {object} [spec] what the study declares of its columns
 * @property {object} [dialect] fields that the dialect must have
 * @property {Record<string, object>} [columns] type and values of each column, or its error
 * @property {string[]} [cautions] codes that must be among those of the file and its columns
 * @property {object} [error] the error that the file must give
 */

/** @type {Case[]} */
const cases = [];
/** @type {[string, Uint8Array][]} */
const files = [];

const utf8 = (/** @type {string} */ text) => new TextEncoder().encode(text);
/** Bytes of a text whose characters are all below 256, but for the table's own. @param {string} text @param {Record<string, number>} [table] */
const bytes = (text, table = {}) => Uint8Array.from(text, (c) => table[c] ?? c.charCodeAt(0));
const WINDOWS = { '€': 0x80, '’': 0x92, œ: 0x9c, '–': 0x96, Œ: 0x8c, '…': 0x85 };
/** @param {string} text @param {boolean} little @param {boolean} [mark] */
const utf16 = (text, little, mark = true) => {
  const units = [...(mark ? '\ufeff' : '') + text].flatMap((c) => [c.charCodeAt(0)]);
  return Uint8Array.from(units.flatMap((u) => (little ? [u & 255, u >> 8] : [u >> 8, u & 255])));
};

const number = (/** @type {(number | null)[]} */ ...values) => ({ type: 'number', values });
const category = (/** @type {(string | null)[]} */ ...values) => ({ type: 'category', values });
const text = (/** @type {(string | null)[]} */ ...values) => ({ type: 'text', values });
const date = (/** @type {(string | null)[]} */ ...values) => ({ type: 'date', values });
const fails = (/** @type {string} */ code, /** @type {object} */ place = {}) => ({ error: { code, ...place } });

/** @param {string} file @param {string} what @param {string | Uint8Array} contents @param {Omit<Case, 'file' | 'what'>} expected */
function add(file, what, contents, expected) {
  files.push([file, typeof contents === 'string' ? utf8(contents) : contents]);
  cases.push({ file, what, ...expected });
}

// --- Delimiters, quotes and line ends -----------------------------------------------------------------------------------------
const plain = { time: number(1.5, 2, 10), arm: category('A', 'B', 'A') };
add('comma.csv', 'the plain case', 'time,arm\n1.5,A\n2,B\n10,A\n', { dialect: { delimiter: ',', decimal: '.', encoding: 'UTF-8', header_line: 1 }, columns: plain });
add('semicolon.csv', 'a French export: semicolons and decimal commas', 'time;arm\n1,5;A\n2;B\n10;A\n', { dialect: { delimiter: ';', decimal: ',' }, columns: plain });
add('semicolon_point.csv', 'semicolons with decimal points', 'time;arm\n1.5;A\n2;B\n10;A\n', { dialect: { delimiter: ';', decimal: '.' }, columns: plain });
add('tab.tsv', 'tabs', 'time\tarm\n1.5\tA\n2\tB\n10\tA\n', { dialect: { delimiter: '\t' }, columns: plain });
add('tab_comma.txt', 'tabs with decimal commas', 'time\tarm\n1,5\tA\n2\tB\n10\tA\n', { dialect: { delimiter: '\t', decimal: ',' }, columns: plain });
add('pipe.txt', 'pipes', 'time|arm\n1.5|A\n2|B\n10|A\n', { dialect: { delimiter: '|' }, columns: plain });
add('crlf.csv', 'line ends of Windows', 'time,arm\r\n1.5,A\r\n2,B\r\n10,A\r\n', { columns: plain });
add('cr.csv', 'line ends of an old Mac', 'time,arm\r1.5,A\r2,B\r10,A\r', { columns: plain });
add('mixed_ends.csv', 'line ends of three systems in one file', 'time,arm\r\n1.5,A\n2,B\r10,A', { columns: plain });
add('no_last_end.csv', 'no line end after the last row', 'time,arm\n1.5,A\n2,B\n10,A', { columns: plain });
add('sep_line.csv', 'the first line of Excel that names the delimiter', 'sep=;\r\ntime;arm\r\n1,5;A\r\n2;B\r\n10;A\r\n', { dialect: { delimiter: ';', header_line: 2 }, columns: plain });
add('quoted.csv', 'all cells in quotes, numbers too', '"time","arm"\n"1.5","A"\n"2","B"\n"10","A"\n', { columns: plain });
add('quoted_delimiter.csv', 'delimiters inside quotes', 'site,n\n"lung, left",1\n"liver; bone",2\n"lung, left",3\n', { dialect: { delimiter: ',' }, columns: { site: category('lung, left', 'liver; bone', 'lung, left'), n: number(1, 2, 3) } });
add('quoted_quote.csv', 'doubled quotes inside quotes', 'note,n\n"said ""no""",1\n"said ""no""",2\n', { columns: { note: category('said "no"', 'said "no"'), n: number(1, 2) } });
add('quoted_break.csv', 'a line break inside quotes: the next row starts two lines below', 'note,n\n"first line\nsecond line",1\nplain,2\nplain,x\n', { columns: { note: category('first line\nsecond line', 'plain', 'plain'), n: { ...text('1', '2', 'x'), lines: [2, 4, 5] } } });
add('one_column.csv', 'one column: no delimiter at all', 'time\n1\n2\n3\n', { columns: { time: number(1, 2, 3) } });
add('spaces.csv', 'spaces around cells, no-break ones too', 'time , arm\n 1.5 ,A\u00a0\n2, B\n\u202f10,A \n', { columns: plain });

// --- Encodings -----------------------------------------------------------------------------------------------------------------
const accents = 'durée;sexe\n1,5;Féminin\n2;Masculin\n10;Féminin\n';
const accented = { durée: number(1.5, 2, 10), sexe: category('Féminin', 'Masculin', 'Féminin') };
add('utf8_mark.csv', 'UTF-8 with a byte order mark', `\ufeff${accents}`, { dialect: { encoding: 'UTF-8' }, columns: accented });
add('utf8.csv', 'UTF-8 without one', accents, { dialect: { encoding: 'UTF-8' }, columns: accented });
add('windows1252.csv', 'Windows-1252, as French Excel saves CSV', bytes(accents, WINDOWS), { dialect: { encoding: 'windows-1252' }, columns: accented });
add('windows1252_signs.csv', 'the signs that only Windows-1252 has', bytes('coût;cœur\n1 €;l’un – œil…\n2 €;l’un – œil…\n', WINDOWS), { dialect: { encoding: 'windows-1252' }, columns: { coût: text('1 €', '2 €'), cœur: category('l’un – œil…', 'l’un – œil…') } });
add('utf16le.txt', '“Unicode text” of Excel', utf16('durée\tsexe\r\n1,5\tFéminin\r\n2\tMasculin\r\n10\tFéminin\r\n', true), { dialect: { encoding: 'UTF-16LE', delimiter: '\t' }, columns: accented });
add('utf16be.csv', 'UTF-16, the other byte first', utf16(accents, false), { dialect: { encoding: 'UTF-16BE' }, columns: accented });
add('declared_latin1.csv', 'an encoding that the study declares', bytes(accents), { read: { encoding: 'windows-1252' }, dialect: { encoding: 'windows-1252' }, columns: accented });

// --- Headers, titles and empty places ---------------------------------------------------------------------------------------------
add('titles.csv', 'two title lines above the header', 'Cohort of the two centres\nExtracted 12/03/2021\n\ntime,arm,grade\n1.5,A,1\n2,B,2\n10,A,3\n', { dialect: { header_line: 4 }, columns: { ...plain, grade: number(1, 2, 3) }, cautions: ['title_lines'] });
add('titles_padded.csv', 'title lines that a spreadsheet padded with delimiters', 'Cohorte sarcomes;;\n;;\ntime;arm;grade\n1,5;A;1\n2;B;2\n10;A;3\n', { dialect: { header_line: 3 }, columns: { ...plain, grade: number(1, 2, 3) }, cautions: ['title_lines'] });
add('titles_two_cells.csv', 'title lines with two cells filled in, padded and not', 'Cohorte sarcomes;12/03/2021;;\nCentre;A\ntime;arm;grade;size\n1,5;A;1;4\n2;B;2;5\n10;A;3;6\n', { dialect: { header_line: 3, title_lines: 2, delimiter: ';' }, columns: { ...plain, grade: number(1, 2, 3), size: number(4, 5, 6) }, cautions: ['title_lines'] });
add('declared_header.csv', 'a header line that the study declares', 'a,b\ntime,arm\n1.5,A\n2,B\n10,A\n', { read: { header_line: 2 }, dialect: { header_line: 2 }, columns: plain });
add('no_header.csv', 'no header, as the study declares', '1.5,A\n2,B\n10,A\n', { read: { header_line: 0 }, dialect: { header_line: 0 }, columns: { column_1: number(1.5, 2, 10), column_2: category('A', 'B', 'A') } });
add('trailing_columns.csv', 'empty columns at the right end', 'time;arm;;\n1,5;A;;\n2;B;;\n10;A;;\n', { columns: plain, cautions: ['empty_columns'] });
add('trailing_cells.csv', 'empty cells beyond the header', 'time,arm\n1.5,A,\n2,B,,\n10,A\n', { columns: plain, cautions: ['extra_cells'] });
add('trailing_rows.csv', 'rows of nothing but delimiters at the end', 'time;arm\n1,5;A\n2;B\n10;A\n;\n;\n;\n', { columns: plain, cautions: ['blank_lines'] });
add('blank_lines.csv', 'blank lines between the rows', 'time,arm\n\n1.5,A\n\n2,B\n10,A\n\n', { columns: { time: { ...number(1.5, 2, 10), lines: [3, 5, 6] }, arm: plain.arm }, cautions: ['blank_lines'] });
add('duplicate_header.csv', 'two columns of one name', 'date,date,x\n2021-01-31,2021-03-09,1\n2021-01-31,2021-03-10,2\n', { columns: { date: date('2021-01-31', '2021-01-31'), date_2: date('2021-03-09', '2021-03-10'), x: number(1, 2) }, cautions: ['renamed_column'] });
add('empty_header.csv', 'a column without a name', 'time,,x\n1,a,3\n2,a,4\n', { columns: { time: number(1, 2), column_2: category('a', 'a'), x: number(3, 4) }, cautions: ['unnamed_column'] });
add('spaced_header.csv', 'names with spaces, accents and signs', 'Âge (années),"Taille, cm",< 5 ≤\n61,5,1\n62,7,2\n', { columns: { 'Âge (années)': number(61, 62), 'Taille, cm': number(5, 7), '< 5 ≤': number(1, 2) } });

// --- Numbers ------------------------------------------------------------------------------------------------------------------------
add('thousands_space.csv', 'thousands with spaces, decimal commas', 'bleeding;x\n1 200,5;1\n800;2\n12 000;3\n', { columns: { bleeding: number(1200.5, 800, 12000), x: number(1, 2, 3) } });
add('thousands_nbsp.csv', 'thousands with the narrow no-break space of French Excel', 'bleeding;x\n1\u202f200,5;1\n800;2\n12\u00a0000;3\n', { columns: { bleeding: number(1200.5, 800, 12000), x: number(1, 2, 3) } });
add('thousands_comma.csv', 'thousands with commas, in quotes', 'bleeding,x\n"1,200.5",1\n800,2\n"12,000",3\n', { columns: { bleeding: number(1200.5, 800, 12000), x: number(1, 2, 3) } });
add('thousands_point.csv', 'thousands with points, decimal commas', 'bleeding;x\n1.200,5;1,5\n800;2,5\n12.000,25;3,5\n', { columns: { bleeding: number(1200.5, 800, 12000.25), x: number(1.5, 2.5, 3.5) } });
add('percent.csv', 'percent signs', 'residual,x\n70%,1\n61 %,2\n80.5%,3\n', { columns: { residual: number(70, 61, 80.5), x: number(1, 2, 3) } });
add('scientific.csv', 'powers of ten and signs', 'x,y\n1e-3,+5\n2.5E2,-5\n.5,0\n', { columns: { x: number(0.001, 250, 0.5), y: number(5, -5, 0) } });
add('zero_padded.csv', 'identifiers with leading zeros are numbers unless declared', 'id,x\n007,1\n008,2\n010,3\n', { spec: { id: { type: 'text' } }, columns: { id: text('007', '008', '010'), x: number(1, 2, 3) } });
add('decimals_kept.csv', 'a number declared a category loses its useless zeros only', 'grade,x\n1.0,1\n2.50,2\n1.0,3\n', { spec: { grade: { type: 'category' } }, columns: { grade: category('1', '2.5', '1'), x: number(1, 2, 3) } });
add('limit_values.csv', 'a laboratory value below the limit of detection', 'crp,x\n<5,1\n12,2\n7,3\n9,4\n30,5\n8,6\n6,7\n11,8\n10,9\n14,10\n16,11\n18,12\n20,13\n22,14\n24,15\n26,16\n28,17\n31,18\n33,19\n35,20\n', { columns: { crp: { type: 'text' }, x: { type: 'number' } }, cautions: ['almost_number'] });
add('limit_declared.csv', 'the same, declared a number: the cell is named', 'crp,x\n<5,1\n12,2\n', { spec: { crp: { type: 'number' } }, columns: { crp: fails('bad_cell', { row: 1, line: 2, column: 'crp', cell: '<5' }), x: number(1, 2) } });
add('units.csv', 'a unit in the cells', 'size,x\n5 cm,1\n7 cm,2\n', { columns: { size: text('5 cm', '7 cm'), x: number(1, 2) } });
add('large.csv', 'very large and very small numbers', 'x,y\n1e300,1\n123456789012345678,2\n1e-300,3\n', { columns: { x: number(1e300, 123456789012345680, 1e-300), y: number(1, 2, 3) } });
add('infinite.csv', 'words for no number are no number', 'x,y\nInf,1\n2,2\nInf,3\n', { columns: { x: category('Inf', '2', 'Inf'), y: number(1, 2, 3) } });

// --- Missing cells --------------------------------------------------------------------------------------------------------------------
add('missing_default.csv', 'the six ways that are missing by default', 'x,y\n1,a\nNA,b\nN/A,a\n#N/A,b\nNaN,a\n.,b\n,a\n2,b\n', { columns: { x: number(1, null, null, null, null, null, null, 2), y: category('a', 'b', 'a', 'b', 'a', 'b', 'a', 'b') } });
add('missing_proposed.csv', 'NR and 999 are not missing until the study says so', 'age,grade\n61,1\n999,NR\n58,2\n', { columns: { age: number(61, 999, 58), grade: text('1', 'NR', '2') } });
add('missing_declared.csv', 'and are when it does', 'age,grade\n61,1\n999,NR\n58,2\n', { spec: { age: { missing: ['999'] }, grade: { missing: ['NR'] } }, columns: { age: number(61, null, 58), grade: number(1, null, 2) } });
add('unknown_level.csv', 'Unknown is a level', 'margin,x\nR0,1\nUnknown,2\nR0,3\nUnknown,4\n', { columns: { margin: category('R0', 'Unknown', 'R0', 'Unknown'), x: number(1, 2, 3, 4) } });
add('all_missing.csv', 'a column without a value', 'x,y\nNA,1\n,2\n', { columns: { x: { values: [null, null] }, y: number(1, 2) } });
add('excel_errors.csv', 'errors of a spreadsheet: only #N/A is missing', 'x,y\n1,1\n#N/A,2\n#DIV/0!,3\n', { columns: { x: text('1', null, '#DIV/0!'), y: number(1, 2, 3) } });

// --- Dates --------------------------------------------------------------------------------------------------------------------------------
const days = date('2021-03-09', '2020-12-31', null);
add('date_iso.csv', 'ISO days', 'day,x\n2021-03-09,1\n2020-12-31,2\n,3\n', { columns: { day: days, x: number(1, 2, 3) } });
add('date_dmy.csv', 'day first', 'day,x\n09/03/2021,1\n31/12/2020,2\n,3\n', { columns: { day: days } });
add('date_mdy.csv', 'month first', 'day,x\n03/09/2021,1\n12/31/2020,2\n,3\n', { columns: { day: days } });
add('date_points.csv', 'German points', 'day;x\n9.3.2021;1\n31.12.2020;2\n;3\n', { columns: { day: days } });
add('date_ymd_slash.csv', 'year first with slashes', 'day,x\n2021/03/09,1\n2020/12/31,2\n,3\n', { columns: { day: days } });
add('date_dashes.csv', 'day first with dashes', 'day,x\n09-03-2021,1\n31-12-2020,2\n,3\n', { columns: { day: days } });
add('date_two_digits.csv', 'years of two digits', 'day,x\n09/03/21,1\n31/12/20,2\n,3\n', { columns: { day: days }, cautions: ['two_digit_years'] });
add('date_french_months.csv', 'French months', 'jour;x\n9 mars 2021;1\n31 décembre 2020;2\n1er août 2019;3\n9 févr. 2018;4\n', { columns: { jour: date('2021-03-09', '2020-12-31', '2019-08-01', '2018-02-09') } });
add('date_english_months.csv', 'English months', 'day,x\n09-Mar-2021,1\n31-Dec-2020,2\n,3\n', { columns: { day: days } });
add('date_american_months.csv', 'American months, with a comma in quotes', 'day,x\n"Mar 9, 2021",1\n"December 31, 2020",2\n,3\n', { columns: { day: days } });
add('date_times.csv', 'with a time of day', 'day,x\n2021-03-09T08:30:00,1\n2020-12-31T23:59:59,2\n,3\n', { columns: { day: days } });
add('date_times_french.csv', 'day first, with a time of day', 'day;x\n09/03/2021 08:30;1\n31/12/2020 23:59;2\n;3\n', { columns: { day: days } });
add('date_ambiguous.csv', 'no day over 12: nobody can tell', 'day,x\n09/03/2021,1\n10/12/2020,2\n', { columns: { day: fails('ambiguous_date', { column: 'day' }) }, cautions: ['ambiguous_dates'] });
add('date_declared.csv', 'until the study says which', 'day,x\n09/03/2021,1\n10/12/2020,2\n', { spec: { day: { format: 'd/m/y' } }, columns: { day: date('2021-03-09', '2020-12-10') } });
add('date_misfit.csv', 'one day that does not exist', 'day,x\n31/12/2020,1\n30/02/2021,2\n01/01/2021,3\n', { spec: { day: { type: 'date', format: 'd/m/y' } }, columns: { day: fails('bad_cell', { row: 2, line: 3, column: 'day', cell: '30/02/2021' }) } });
add('date_leap.csv', 'the 29 February of a year that has none', 'day,x\n2020-02-29,1\n2021-02-29,2\n', { spec: { day: { type: 'date' } }, columns: { day: fails('bad_cell', { row: 2, line: 3, column: 'day', cell: '2021-02-29' }) } });
add('date_partial.csv', 'a month without a day', 'day,x\n2021-03-09,1\n2020-12,2\n', { columns: { day: fails('partial_date', { row: 2, line: 3, column: 'day', cell: '2020-12' }) } });
add('date_partial_mid.csv', 'completed as the study declares', 'day,x\n2021-03-09,1\n2020-12,2\n2019,3\n', { spec: { day: { partial: 'mid' } }, columns: { day: date('2021-03-09', '2020-12-15', '2019-07-01') } });
add('date_serial.csv', 'serial days of Excel, as the study declares', 'day,x\n44264,1\n44196,2\n', { spec: { day: { type: 'date', format: 'excel' } }, columns: { day: date('2021-03-09', '2020-12-31') } });
add('date_compact.csv', 'eight digits, as the study declares', 'day,x\n20210309,1\n20201231,2\n', { spec: { day: { type: 'date', format: 'ymd' } }, columns: { day: date('2021-03-09', '2020-12-31') } });

// --- Columns as the study declares them ----------------------------------------------------------------------------------------------------
add('recoded.csv', 'codes given words, two of them one level', 'site,x\n1,1\n2,2\n3,3\n1,4\n', { spec: { site: { recode: { 1: 'Lung', 2: 'Other', 3: 'Other' }, levels: ['Lung', 'Other'] } }, columns: { site: category('Lung', 'Other', 'Other', 'Lung') } });
add('cut.csv', 'a number cut into classes', 'size,x\n3,1\n5,2\n9.9,3\n10,4\n', { spec: { size: { cuts: { at: [5, 10], labels: ['small', 'middle', 'large'] } } }, columns: { size: category('small', 'middle', 'middle', 'large') } });
add('undeclared_level.csv', 'a value outside the declared levels', 'grade,x\nG1,1\nG4,2\n', { spec: { grade: { type: 'category', levels: ['G1', 'G2', 'G3'] } }, columns: { grade: fails('unknown_level', { row: 2, line: 3, column: 'grade' }) } });
add('formulas.csv', 'cells that a spreadsheet would run', 'note,x\n"=HYPERLINK(""http://example.org"")",1\n+1+1,2\n@SUM(A1),3\n-2+3,4\n', { columns: { note: text('=HYPERLINK("http://example.org")', '+1+1', '@SUM(A1)', '-2+3') } });
add('markup.csv', 'cells that a page would run', 'note,x\n<img src=x onerror=alert(1)>,1\n&amp;,2\n<script>alert(1)</script>,3\n', { columns: { note: text('<img src=x onerror=alert(1)>', '&amp;', '<script>alert(1)</script>') } });
add('javascript_names.csv', 'columns with the names of JavaScript', '__proto__,constructor,toString\n1,a,x\n2,a,x\n', { columns: { ['__proto__']: number(1, 2), constructor: category('a', 'a'), toString: category('x', 'x') } });

// --- Files that cannot be read -------------------------------------------------------------------------------------------------------------------
add('empty.csv', 'nothing', '', { error: { code: 'empty_file' } });
add('white.csv', 'nothing but white space', ' \n\n\t\n', { error: { code: 'empty_file' } });
add('header_only.csv', 'a header and no row', 'time,arm\n', { error: { code: 'no_rows' } });
add('ragged_short.csv', 'a row with a cell too few', 'time,arm,x\n1,A,1\n2,B\n3,A,1\n', { error: { code: 'ragged_row', row: 2, line: 3 } });
add('ragged_long.csv', 'a decimal comma in a comma file', 'time,arm\n1,A\n2,5,B\n3,A\n', { error: { code: 'ragged_row', row: 2, line: 3 } });
add('unclosed.csv', 'a quote that is never closed', 'time,note\n1,fine\n2,"not closed\n3,fine\n', { error: { code: 'unclosed_quote', row: 2, line: 3 } });
add('picture.csv', 'a picture with the wrong ending', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 1, 0]), { error: { code: 'not_a_table' } });
add('document.csv', 'a PDF with the wrong ending', utf8('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<</Type/Catalog>>\nendobj\n'), { error: { code: 'not_a_table' } });
add('zeros.csv', 'a file of zero bytes, as a failing disk leaves', new Uint8Array(512), { error: { code: 'not_a_table' } });

/** The files by name and the cases. */
export const made = { files, cases };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, contents] of files) writeFileSync(folder + name, contents);
  writeFileSync(fileURLToPath(new URL('cases.json', import.meta.url)), `[\n${cases.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
  console.log(`${files.length} files`);
}
