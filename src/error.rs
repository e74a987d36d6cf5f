//! What can go wrong, where, and what to do about it.
//!
//! An [`Error`] holds a stable code, a place and parameters, never a sentence: sentences live in the words files
//! (see [`crate::words`]) in each language, keyed by the code.

use serde::{Serialize, Serializer};

use crate::words;

/// Result with the library's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Declares an enumeration of stable codes: the variant, its code as text, and what it means.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every code, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable text of the code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }
    };
}

codes! {
    /// The kind of an error, with a code that never changes.
    ErrorKind {
        // table: the file cannot be read as a table.
        /// The file could not be read from disk.
        FileUnreadable = "file_unreadable",
        /// The file has no bytes, or nothing but white space.
        EmptyFile = "empty_file",
        /// The bytes are not a text table.
        NotATable = "not_a_table",
        /// A table of a program whose files are not read.
        FormatNotRead = "format_not_read",
        /// The text is not UTF-8.
        NotUtf8 = "not_utf8",
        /// A header, but no row under it.
        NoRows = "no_rows",
        /// A row has more or fewer cells than the header.
        RaggedRow = "ragged_row",
        /// A quote that is never closed.
        UnclosedQuote = "unclosed_quote",
        /// A workbook, SPSS or Stata file that is too large to be read whole.
        FileTooLarge = "file_too_large",
        /// A compressed file that opens to more than fits.
        ContentsTooLarge = "contents_too_large",
        /// A workbook, SPSS or Stata file that is damaged or not as its format says.
        OfficeUnreadable = "office_unreadable",
        /// The reader of such a file failed: a defect of a library.
        OfficeDefect = "office_defect",
        /// A workbook or an SPSS file that opens with a password only.
        PasswordProtected = "password_protected",
        /// The study names a sheet that the workbook does not have.
        UnknownSheet = "unknown_sheet",
        /// The study names an encoding that does not exist.
        UnknownEncoding = "unknown_encoding",
        /// The table does not fit into the memory.
        TooLarge = "too_large",
        /// More columns than a table can have.
        TooManyColumns = "too_many_columns",
        /// Two columns with one name.
        DuplicateColumn = "duplicate_column",

        // cohort: a column or an endpoint cannot be made.
        /// The study names a column that the file does not have.
        UnknownColumn = "unknown_column",
        /// A cell that does not fit the type of its column.
        BadCell = "bad_cell",
        /// A value outside the declared levels.
        UnknownLevel = "unknown_level",
        /// A time below zero.
        NegativeTime = "negative_time",
        /// A date whose format cannot be told (day and month may be swapped).
        AmbiguousDate = "ambiguous_date",
        /// Numbers with a mark that may be a decimal mark or a separator of thousands.
        AmbiguousNumber = "ambiguous_number",
        /// A date with no day, where the column does not say how to read it.
        PartialDate = "partial_date",
        /// A date before the origin.
        DateBeforeOrigin = "date_before_origin",
        /// An event after the censoring date, where the endpoint says that this is an error.
        EventAfterCensor = "event_after_censor",
        /// A status value that is neither an event nor a censoring.
        UnknownStatus = "unknown_status",
        /// A status value that the endpoint names twice.
        StatusValueTwice = "status_value_twice",
        /// An entry time after the end of follow-up, or below zero.
        EntryAfterTime = "entry_after_time",
        /// A number column has no such role (for instance a date where a number is needed).
        WrongColumnType = "wrong_column_type",

        // study: the document cannot be read, or asks for what cannot be done.
        /// The study is not JSON, or not of this format.
        StudyUnreadable = "study_unreadable",
        /// The study has another format version.
        UnknownFormat = "unknown_format",
        /// An analysis type that does not exist.
        UnknownAnalysis = "unknown_analysis",
        /// An analysis type or option of the contract that this version does not have.
        NotAvailable = "not_available",
        /// An option that does not belong to this analysis type.
        OptionNotApplicable = "option_not_applicable",
        /// An option is missing that this analysis needs.
        MissingOption = "missing_option",
        /// The value of an option is out of range.
        BadOption = "bad_option",
        /// Two options that exclude each other.
        OptionsConflict = "options_conflict",
        /// The study names an endpoint that it does not define.
        UnknownEndpoint = "unknown_endpoint",
        /// Two analyses with one id.
        DuplicateId = "duplicate_id",
        /// The file is not the one that the study was made with.
        ChecksumDiffers = "checksum_differs",
        /// The study says that the file is read in another way than it was.
        ReadDiffers = "read_differs",
        /// A name that looks like an integer (object order would be lost in JavaScript).
        IntegerLikeName = "integer_like_name",

        // survival: the analysis cannot be computed.
        /// No row is left.
        NoObservations = "no_observations",
        /// No event among the rows.
        NoEvents = "no_events",
        /// One group where two are needed.
        OneGroup = "one_group",
        /// A weight below zero.
        NegativeWeight = "negative_weight",
        /// Columns of the model are linear combinations of others.
        Collinear = "collinear",
        /// Exact ties together with case weights or a robust variance.
        ExactRefused = "exact_refused",
        /// Too many events at one time for exact ties.
        ExactTooLarge = "exact_too_large",
        /// The iteration did not reach its tolerance.
        NotConverged = "not_converged",
        /// A prediction from a model with separated terms.
        PredictionSeparated = "prediction_separated",
        /// A row collapsed to zero length when nearly equal times were joined.
        CollapsedInterval = "collapsed_interval",
        /// A number that is not finite was about to be reported: a defect of this program.
        NotFinite = "not_finite",

        // report: a figure cannot be laid out.
        /// The request for a figure is not JSON, or not of its shape.
        FigureUnreadable = "figure_unreadable",
        /// A scene without a size cannot be exported.
        SceneUnusable = "scene_unusable",
        /// A text has characters that the fonts of a PDF do not have.
        CharactersNotInFont = "characters_not_in_font",
        /// A file could not be written: a defect of this program.
        ExportFailed = "export_failed",
        /// The request for a supplement, or its counts, are not of their shape.
        SupplementUnreadable = "supplement_unreadable",
        /// Counts for a supplement of an analysis with weights, late entry, linked rows or a subset.
        AggregatesNotDefined = "aggregates_not_defined",
        /// Groups too small for counts that nobody can be picked out of.
        TooFewForAggregates = "too_few_for_aggregates",
        /// Two endpoints whose patients differ by a few.
        SmallDifference = "small_difference",
        /// No bin of time in which enough patients leave.
        AggregatesTooCoarse = "aggregates_too_coarse",
    }
}

codes! {
    /// The kind of a caution: the figures are given, and this must be known to read them.
    CautionKind {
        // table
        /// Title lines above the header were left out.
        TitleLines = "title_lines",
        /// Lines without a filled-in cell were skipped.
        BlankLines = "blank_lines",
        /// Empty cells beyond the header were left out.
        ExtraCells = "extra_cells",
        /// Columns without header and without a value were left out.
        EmptyColumns = "empty_columns",
        /// One sheet of several was read.
        SheetChosen = "sheet_chosen",
        /// The sheet that was read is hidden.
        HiddenSheet = "hidden_sheet",
        /// Rows that the sheet hides were read.
        HiddenRows = "hidden_rows",
        /// Merged cells: only the first holds the value.
        MergedCells = "merged_cells",
        /// Cells hold an error of the spreadsheet.
        ErrorCells = "error_cells",
        /// Times of day or durations stand as hours:minutes:seconds.
        Durations = "durations",
        /// A column of times of day or durations.
        DurationColumn = "duration_column",
        /// Quarters, half-years or weeks stand as their first day.
        PeriodDates = "period_dates",
        /// Leap seconds were not taken off.
        LeapSeconds = "leap_seconds",
        /// The file does not say its encoding.
        EncodingAssumed = "encoding_assumed",
        /// Values that the file declares as missing were read as missing.
        UserMissing = "user_missing",
        /// Some values of a column have labels, others have none.
        LabelsPartial = "labels_partial",
        /// Two values have one label.
        LabelsAlike = "labels_alike",
        /// A label reads as a missing value.
        LabelMeansMissing = "label_means_missing",
        /// A column whose header is empty was named by its position.
        UnnamedColumn = "unnamed_column",
        /// Two columns had one name; the later ones carry a number.
        RenamedColumn = "renamed_column",
        /// Cells are numbers with the decimal mark that the file does not have; they are read as text.
        OtherDecimalMark = "other_decimal_mark",
        /// Nearly all cells of a column are numbers; the others make it a category or text.
        AlmostNumber = "almost_number",
        /// Nearly all cells of a column are dates of one format; the others make it a category or text.
        AlmostDate = "almost_date",
        /// A column seems to hold dates, but not in one form that is read (years of two digits, months in letters).
        UnreadDates = "unread_dates",
        /// Day and month cannot be told apart in a column of dates.
        AmbiguousDates = "ambiguous_dates",
        /// The dates of a column are written in more than one way.
        MixedDates = "mixed_dates",
        /// Another column of the file tells how ambiguous dates are likely written.
        SuggestedDateFormat = "suggested_date_format",
        /// The numbers of a column may be dates.
        NumbersMayBeDates = "numbers_may_be_dates",
        /// Years of two digits were completed as nobody declared.
        TwoDigitYears = "two_digit_years",
        /// Times of day were dropped.
        TimesDropped = "times_dropped",
        /// Separators of thousands were read.
        ThousandsRead = "thousands_read",
        /// Percent signs were read as the unit.
        PercentRead = "percent_read",
        /// Numbers marked as text were read as numbers.
        MarkedNumbersRead = "marked_numbers_read",
        /// A mark in the numbers of a column may be a decimal mark or separate thousands.
        AmbiguousNumbers = "ambiguous_numbers",
        /// A mark was read as a decimal mark, as in the rest of the file, but may separate thousands.
        MayBeThousands = "may_be_thousands",
        /// Numbers are written with their unit.
        UnitInCell = "unit_in_cell",

        // cohort
        /// No censoring date: the earliest event was taken.
        NoCensorDate = "no_censor_date",
        /// An event after the censoring date, or after the cut-off if that is earlier, was not counted.
        EventAfterCensor = "event_after_censor",
        /// An event after the censoring date was counted, as declared.
        EventAfterCensorCounted = "event_after_censor_counted",
        /// Something dated after death was not counted.
        EventAfterDeath = "event_after_death",
        /// Partial dates were completed as declared.
        PartialDates = "partial_dates",
        /// More than one status value was read as censored.
        SeveralCensoringValues = "several_censoring_values",
        /// An event that the endpoint names never occurs.
        EventNeverOccurs = "event_never_occurs",
        /// Rows that end at time 0, kept.
        TimeZeroKept = "time_zero_kept",
        /// Rows that end at time 0, dropped.
        TimeZeroDropped = "time_zero_dropped",
        /// Rows without an identifier, each taken for a patient of its own.
        MissingId = "missing_id",
        /// Rows of one patient overlap in time.
        OverlappingRows = "overlapping_rows",
        /// Number codes (0/1, 1/2/3) are treated as a number.
        NumericCodes = "numeric_codes",
        /// A declared level has no row.
        EmptyLevel = "empty_level",
        /// The study declares a column that the file does not have.
        DeclaredColumnMissing = "declared_column_missing",
        /// The study recodes values that no cell has.
        RecodeUnused = "recode_unused",
        /// Of several origins, which one was the earliest.
        OriginChosen = "origin_chosen",
        /// The status looks as if events and censorings were swapped.
        InvertedStatus = "inverted_status",
        /// The dates were not compared with the day of the audit, which was not given.
        FutureNotJudged = "future_not_judged",
        /// Duplicate patients were not looked for: the column of the patients was not given.
        PatientsNotJudged = "patients_not_judged",
        /// A decision about a finding that no audit of this file by this study can make.
        UnknownFinding = "unknown_finding",
        /// A decision about rows that the file does not have.
        DecisionWithoutRow = "decision_without_row",

        // study
        /// The file is not the one that the study was made with.
        ChecksumDiffers = "checksum_differs",
        /// Rows were left out because a variable is missing.
        MissingRows = "missing_rows",
        /// 1 - KM overstates the incidence where another event competes.
        CompetingRisks = "competing_risks",
        /// Nearly equal times were joined.
        TimesJoined = "times_joined",
        /// Follow-up is incomplete, or more so in one group than in another.
        IncompleteFollowUp = "incomplete_follow_up",
        /// Screened less excluded before the file is not the number of rows of the file.
        FlowDoesNotAdd = "flow_does_not_add",
        /// Who was lost to follow-up cannot be told for an endpoint.
        LostNotJudged = "lost_not_judged",
        /// A few whole numbers, which may be codes, are summarised as a number.
        NumericCodesSummarised = "numeric_codes_summarised",
        /// An expected count is too small for Pearson's test.
        SmallExpected = "small_expected",
        /// Fisher's p value was estimated from random tables.
        FisherMonteCarlo = "fisher_monte_carlo",

        // survival
        /// Fewer than ten events per parameter.
        FewEvents = "few_events",
        /// The likelihood is monotone: a coefficient diverges.
        Separation = "separation",
        /// Firth's estimates, which should stand beside separated ones, cannot be given.
        FirthFailed = "firth_failed",
        /// An interaction: what the ratios of its parts mean.
        InteractionPresent = "interaction_present",
        /// An interaction without one of its parts.
        InteractionAlone = "interaction_alone",
        /// Models side by side that do not use the same patients.
        ModelsDifferInPatients = "models_differ_in_patients",
        /// Patients that the multivariable model leaves out for a missing value.
        CompleteCaseLoss = "complete_case_loss",
        /// The multivariable model holds the covariates with the smallest p values alone.
        Screening = "screening",
        /// The ratios are shrunk by a ridge.
        RidgeShrinks = "ridge_shrinks",
        /// The curve is flat at the quantile to the end of follow-up.
        FlatToEnd = "flat_to_end",
        /// A group has no row.
        EmptyGroup = "empty_group",
        /// No event among the rows: the curve stays at 1.
        NoEvents = "no_events",
        /// A group has no event.
        GroupWithoutEvents = "group_without_events",
        /// A stratum has no event and adds nothing.
        StratumWithoutEvents = "stratum_without_events",
        /// An empty reference level passed to the next level.
        ReferenceMoved = "reference_moved",
        /// The curve reached 0 while rows enter later.
        ZeroBeforeEntry = "zero_before_entry",
        /// Weights that are not counts, with a variance that takes them for counts.
        WeightsModelBased = "weights_model_based",
        /// Rows of weight zero were left out.
        ZeroWeights = "zero_weights",
        /// Fewer than twenty clusters.
        FewClusters = "few_clusters",
    }
}

codes! {
    /// The kind of a finding of an audit: what in the file contradicts itself.
    FindingKind {
        /// A cell that is not what its column needs.
        UnreadableCell = "unreadable_cell",
        /// Day and month cannot be told apart.
        AmbiguousDates = "ambiguous_dates",
        /// A date after the day of the audit.
        FutureDate = "future_date",
        /// A date after the endpoint's cut-off.
        AfterCutoff = "after_cutoff",
        /// A date far from all others of its column.
        OutlyingDate = "outlying_date",
        /// Two dates that are not in the order that they must have.
        DatesOutOfOrder = "dates_out_of_order",
        /// An event before the origin.
        EventBeforeOrigin = "event_before_origin",
        /// The end or the entry of follow-up before its origin, or a time below zero.
        NegativeTime = "negative_time",
        /// A follow-up of zero.
        ZeroTime = "zero_time",
        /// An entry after the end of follow-up.
        EntryAfterEnd = "entry_after_end",
        /// A follow-up that ends before an event.
        FollowUpBeforeEvent = "follow_up_before_event",
        /// Another event after death.
        DeathBeforeRecurrence = "death_before_recurrence",
        /// Two dates of one death.
        ConflictingDeaths = "conflicting_deaths",
        /// A patient with more than one row.
        DuplicatePatient = "duplicate_patient",
        /// Rows that are the same in every cell.
        DuplicateRow = "duplicate_row",
        /// An event with a date that another column does not tell of.
        EventWithoutFlag = "event_without_flag",
        /// An event that a column tells of, without a date.
        FlagWithoutEvent = "flag_without_event",
        /// A row that lacks one endpoint and has another.
        InOneEndpointOnly = "in_one_endpoint_only",
        /// An endpoint that cannot be derived at all.
        EndpointNotDerived = "endpoint_not_derived",
    }
}

/// Where in the user's material something was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Name of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Data row, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// Physical line of the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Character column of a line (study document), from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub character: Option<usize>,
    /// Name of the table's column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Text of the cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// Path inside the study document, such as `analyses[0].by`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// Named parameters of a message, in the order given.
pub type Params = crate::hashing::IndexMap<&'static str, String>;

/// What went wrong: a code, a place and the parameters of its sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The kind, with its stable code.
    pub kind: ErrorKind,
    /// Where it was found; empty where no place applies. Boxed to keep `Result` small.
    pub position: Box<Position>,
    /// Parameters of the sentence.
    pub params: Box<Params>,
}

impl Error {
    /// An error of this kind, without place or parameters.
    pub fn new(kind: ErrorKind) -> Self {
        Self { kind, position: Box::default(), params: Box::default() }
    }

    /// The same error at this place.
    pub fn at(mut self, position: Position) -> Self {
        self.position = Box::new(position);
        self
    }

    /// The same error with one more parameter.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.insert(name, value.to_string());
        self
    }
}

impl std::fmt::Display for Error {
    /// The English sentence: what, where, and what to do.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&words::english_error(self.kind.code(), &self.params, &self.position))
    }
}

impl std::error::Error for Error {}

impl Serialize for Error {
    /// `{code, message, position, params}`: the code and its parameters for a program, the message for a person.
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut out = serializer.serialize_struct("Error", 4)?;
        out.serialize_field("code", self.kind.code())?;
        out.serialize_field("message", &self.to_string())?;
        out.serialize_field("position", &self.position)?;
        out.serialize_field("params", &self.params)?;
        out.end()
    }
}

/// What must be known to read a figure: a code, its parameters and the rows that it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caution {
    /// The kind, with its stable code.
    pub kind: CautionKind,
    /// Parameters of the sentence.
    pub params: Params,
    /// Data rows concerned, from 1; empty where none in particular.
    pub rows: Vec<usize>,
}

impl Caution {
    /// A caution of this kind, without parameters or rows.
    pub fn new(kind: CautionKind) -> Self {
        Self { kind, params: Params::default(), rows: Vec::new() }
    }

    /// The same caution with one more parameter.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.insert(name, value.to_string());
        self
    }

    /// The same caution about these data rows (from 1).
    pub fn rows(mut self, rows: Vec<usize>) -> Self {
        self.rows = rows;
        self
    }

    /// The English sentence.
    pub fn message(&self) -> String {
        words::english("caution", self.kind.code(), &self.params)
    }
}

impl Serialize for Caution {
    /// `{code, message, params, rows}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut out = serializer.serialize_struct("Caution", 4)?;
        out.serialize_field("code", self.kind.code())?;
        out.serialize_field("message", &self.message())?;
        out.serialize_field("params", &self.params)?;
        out.serialize_field("rows", &self.rows)?;
        out.end()
    }
}
