# Rscript make.R [FOLDER] : writes the reference cases (R with survival, cmprsk and jsonlite), into cases/ beside this file unless told
# otherwise. tests/reference/reproduce.test.mjs runs it and compares with what is committed.
args <- commandArgs(FALSE); here <- dirname(normalizePath(gsub("~+~", " ", sub("--file=", "", args[grep("--file=", args)]), fixed = TRUE)))
source(file.path(here, "lib.R")); given <- commandArgs(TRUE)
out <- if (length(given)) given[1] else file.path(here, "cases"); dir.create(out, showWarnings = FALSE)
cat_col <- function(...) list(type = "category", levels = c(...))

# lung --------------------------------------------------------------------------------------------
lung$sex <- factor(lung$sex, 1:2, c("male", "female"))
d <- lung[c("time", "status", "age", "sex", "ph.ecog", "ph.karno", "wt.loss")]; names(d) <- gsub("\\.", "_", names(d))
d$row_weight <- 1 + (seq_len(nrow(d)) %% 4) / 2
ep <- list(death = list(time = "time", status = "status", event = I(2), unit = "days"))
cols <- list(sex = cat_col("male", "female"))
S <- Surv(d$time, d$status == 2)
types <- c("log", "log-log", "plain", "logit", "arcsin")
an <- lapply(types, function(t) list(id = paste0("km_", t), type = "kaplan_meier", endpoint = "death", by = "sex",
                                     conf_type = t, times = c(0, 90, 365, 700, 1022), probs = c(.25, .5, .75)))
ex <- lapply(types, function(t) km_expected(paste0("km_", t), survfit(S ~ sex, d, conf.type = t), c("male", "female"),
                                            c(0, 90, 365, 700, 1022)))
an <- c(an, list(list(id = "all90", type = "kaplan_meier", endpoint = "death", conf_level = .9),
  list(id = "weighted", type = "kaplan_meier", endpoint = "death", by = "sex", weights = "row_weight"),
  list(id = "follow_up", type = "follow_up", endpoint = "death", by = "sex"),
  list(id = "lr", type = "log_rank", endpoint = "death", by = "sex"),
  list(id = "peto", type = "log_rank", endpoint = "death", by = "sex", weights = "peto-peto"),
  list(id = "lr_strata", type = "log_rank", endpoint = "death", by = "sex", strata = I("ph_ecog"))))
ex <- c(ex, list(km_expected("all90", survfit(S ~ 1, d, conf.int = .9)),
  km_expected("weighted", survfit(S ~ sex, d, weights = row_weight, robust = FALSE), c("male", "female")),
  km_expected("follow_up", survfit(Surv(time, status != 2) ~ sex, d), c("male", "female")),
  lr_expected("lr", survdiff(S ~ sex, d), c("male", "female")),
  lr_expected("peto", survdiff(S ~ sex, d, rho = 1), c("male", "female")),
  lr_expected("lr_strata", survdiff(S ~ sex + strata(ph_ecog), d), c("male", "female"))))
write_case(out, "lung_kaplan_meier", d, list(data = list(columns = cols), endpoints = ep, analyses = an), ex)

vars <- c("age", "sex", "ph_ecog", "wt_loss"); cc <- na.omit(d[c("time", "status", vars, "row_weight")])
f <- Surv(time, status == 2) ~ age + sex + ph_ecog + wt_loss
fits <- list(efron = coxph(f, d), breslow = coxph(f, d, ties = "breslow"), exact = coxph(f, d, ties = "exact"))
an <- lapply(names(fits), function(t) list(id = t, type = "cox", endpoint = "death", covariates = vars, ties = t))
ex <- lapply(names(fits), function(t) cox_expected(t, fits[[t]], d, vars,
             drop_one("Surv(time, status == 2)", cc, vars, ties = t)))
ws <- coxph(f, d, weights = row_weight, robust = FALSE)
wr <- coxph(f, d, weights = row_weight, robust = TRUE)
an <- c(an, list(list(id = "weighted", type = "cox", endpoint = "death", covariates = vars, weights = "row_weight"),
  list(id = "weighted_robust", type = "cox", endpoint = "death", covariates = vars, weights = "row_weight", robust = TRUE),
  list(id = "zph", type = "ph_test", endpoint = "death", covariates = vars, transform = "km"),
  list(id = "zph_rank", type = "ph_test", endpoint = "death", covariates = vars, transform = "rank")))
ex <- c(ex, list(cox_expected("weighted", ws, d, vars), cox_expected("weighted_robust", wr, d, vars),
  zph_expected("zph", cox.zph(fits$efron, "km")), zph_expected("zph_rank", cox.zph(fits$efron, "rank"))))
write_case(out, "lung_cox", d, list(data = list(columns = cols), endpoints = ep, analyses = an), ex)

# veteran: a factor of four levels, strata, residual diagnostics, RMST, parametric -----------------
v <- veteran; v$celltype <- factor(v$celltype); v$trt <- factor(v$trt, 1:2, c("standard", "test"))
lv <- levels(v$celltype)
ep <- list(death = list(time = "time", status = "status", event = I(1), unit = "days"))
cols <- list(celltype = list(type = "category", levels = lv), trt = cat_col("standard", "test"))
vars <- c("trt", "celltype", "karno", "age"); sv <- "Surv(time, status)"
full <- coxph(Surv(time, status) ~ trt + celltype + karno + age, v)
st <- coxph(Surv(time, status) ~ trt + karno + age + strata(celltype), v)
an <- list(list(id = "cox", type = "cox", endpoint = "death", covariates = vars),
  list(id = "strata", type = "cox", endpoint = "death", covariates = c("trt", "karno", "age"), strata = I("celltype")),
  list(id = "zph", type = "ph_test", endpoint = "death", covariates = vars, transform = "km"),
  list(id = "zph_log", type = "ph_test", endpoint = "death", covariates = vars, transform = "log"),
  list(id = "zph_identity", type = "ph_test", endpoint = "death", covariates = vars, transform = "identity"),
  list(id = "lr", type = "log_rank", endpoint = "death", by = "celltype"),
  list(id = "km", type = "kaplan_meier", endpoint = "death", by = "celltype", times = c(30, 180, 365)),
  list(id = "rmst", type = "rmst", endpoint = "death", by = "celltype", tau = 150))
rm_ <- survfit(Surv(time, status) ~ celltype, v); tb <- summary(rm_, rmean = 150)$table
ex <- list(cox_expected("cox", full, v, vars, drop_one(sv, v, vars)),
  cox_expected("strata", st, v, c("trt", "karno", "age")),
  zph_expected("zph", cox.zph(full, "km")), zph_expected("zph_log", cox.zph(full, "log")),
  zph_expected("zph_identity", cox.zph(full, "identity")),
  lr_expected("lr", survdiff(Surv(time, status) ~ celltype, v), lv),
  km_expected("km", rm_, lv, c(30, 180, 365)),
  list(id = "rmst", groups = lapply(1:4, function(i) list(group = lv[i], estimate = num(tb[i, "rmean"]),
       std_error = num(tb[i, "se(rmean)"])))))
write_case(out, "veteran", v, list(data = list(columns = cols), endpoints = ep, analyses = an), ex)

dists <- c("weibull", "exponential", "lognormal", "loglogistic")
pf <- lapply(dists, function(k) survreg(Surv(time, status) ~ trt + celltype + karno, v, dist = k))
an <- lapply(dists, function(k) list(id = k, type = "parametric", endpoint = "death",
                                     covariates = c("trt", "celltype", "karno"), distribution = k))
ex <- lapply(seq_along(dists), function(i) { f <- pf[[i]]; b <- coef(f); se <- sqrt(diag(vcov(f)))[seq_along(b)]
  list(id = dists[i], log_likelihood = arr(f$loglik), scale = num(f$scale),
       coefficients = lapply(seq_along(b), function(j) list(term = c("(Intercept)", "trt=test",
         paste0("celltype=", lv[-1]), "karno")[j], estimate = num(b[j]), std_error = num(se[j])))) })
write_case(out, "veteran_parametric", v, list(data = list(columns = cols), endpoints = ep, analyses = an), ex, 1e-5)

# heart: entry times (left truncation / start-stop rows), robust by patient -------------------------
h <- heart; h$transplant <- factor(h$transplant, 0:1, c("no", "yes"))
ep <- list(death = list(entry = "start", time = "stop", status = "event", event = I(1), unit = "days"))
cols <- list(transplant = cat_col("no", "yes")); vars <- c("age", "year", "surgery", "transplant")
f <- Surv(start, stop, event) ~ age + year + surgery + transplant
an <- list(list(id = "cox", type = "cox", endpoint = "death", covariates = vars),
  list(id = "breslow", type = "cox", endpoint = "death", covariates = vars, ties = "breslow"),
  list(id = "robust", type = "cox", endpoint = "death", covariates = vars, cluster = "id"),
  list(id = "km", type = "kaplan_meier", endpoint = "death", by = "transplant", times = c(30, 100, 500)))
ex <- list(cox_expected("cox", coxph(f, h), h, vars), cox_expected("breslow", coxph(f, h, ties = "breslow"), h, vars),
  cox_expected("robust", coxph(f, h, cluster = id), h, vars),
  km_expected("km", survfit(Surv(start, stop, event) ~ transplant, h), c("no", "yes"), c(30, 100, 500),
              rows = list(entry = h$start, time = h$stop, group = h$transplant)))
write_case(out, "heart_entry", h, list(data = list(columns = cols), endpoints = ep, analyses = an), ex)

# mgus2: competing risks ---------------------------------------------------------------------------
m <- mgus2; m$etime <- with(m, ifelse(pstat == 1, ptime, futime))
m$cause <- with(m, ifelse(pstat == 1, 1, 2 * death)); m$sex <- factor(m$sex, c("F", "M"))
m <- m[complete.cases(m$age, m$mspike), c("id", "age", "sex", "mspike", "etime", "cause")]
ep <- list(first = list(time = "etime", status = "cause", events = list(progression = I(1), death = I(2)), unit = "months"))
cols <- list(sex = cat_col("F", "M"))
fit <- survfit(Surv(etime, factor(cause, 0:2, c("c", "progression", "death"))) ~ sex, m)
tt <- c(12, 60, 120, 240); curves <- list()
for (i in 1:2) for (k in 2:3) { s <- summary(fit[i, ], times = tt)
  curves[[length(curves) + 1]] <- list(group = c("F", "M")[i], cause = c("progression", "death")[k - 1],
    at = lapply(seq_along(tt), function(j) list(time = tt[j], estimate = num(s$pstate[j, k]),
      std_error = num(s$std.err[j, k]), conf_low = num(s$lower[j, k]), conf_high = num(s$upper[j, k])))) }
an <- list(list(id = "cif", type = "cumulative_incidence", endpoint = "first", by = "sex", times = tt))
ex <- list(list(id = "cif", curves = curves))
if (requireNamespace("cmprsk", quietly = TRUE)) {
  g <- cmprsk::cuminc(m$etime, m$cause, m$sex)$Tests
  ex[[1]]$gray_test <- lapply(1:2, function(k) list(cause = c("progression", "death")[k], statistic = num(g[k, "stat"]),
                              df = num(g[k, "df"]), p_value = num(g[k, "pv"])))
  X <- model.matrix(~ age + sex + mspike, m)[, -1]; fg <- cmprsk::crr(m$etime, m$cause, X, failcode = 1)
  an[[2]] <- list(id = "fg", type = "fine_gray", endpoint = "first", cause = "progression", covariates = c("age", "sex", "mspike"))
  b <- fg$coef; se <- sqrt(diag(fg$var)); mk <- function(i, v, l) list(variable = v, level = l, reference = FALSE,
    estimate = num(b[i]), std_error = num(se[i]), hazard_ratio = num(exp(b[i])))
  ex[[2]] <- list(id = "fg", terms = list(mk(1, "age", NULL), list(variable = "sex", level = "F", reference = TRUE),
                                         mk(2, "sex", "M"), mk(3, "mspike", NULL)))
}
write_case(out, "mgus2_competing", m, list(data = list(columns = cols), endpoints = ep, analyses = an), ex, 1e-6)

# Firth: no event in one level ----------------------------------------------------------------------
set.seed(11); n <- 44; s <- data.frame(time = round(rexp(n, .03) + .5, 1), status = rbinom(n, 1, .6),
  grade = factor(sample(c("G1", "G2", "G3"), n, TRUE, c(.2, .5, .3))), size = round(rnorm(n, 9, 3), 1))
s$status[s$grade == "G1"] <- 0
fr <- firth(Surv(time, status) ~ grade + size, s); lab <- list(c("grade", "G2"), c("grade", "G3"), c("size", NA))
ex <- list(list(id = "firth", terms = c(list(list(variable = "grade", level = "G1", reference = TRUE)), lapply(1:3, function(i)
  list(variable = lab[[i]][1], level = if (is.na(lab[[i]][2])) NULL else lab[[i]][2], reference = FALSE, estimate = num(fr$coef[i]),
       std_error = num(fr$se[i]), p_value = num(fr$p[i]), hazard_ratio = num(exp(fr$coef[i])),
       conf_low = num(exp(fr$lower[i])), conf_high = num(exp(fr$upper[i])))))))
write_case(out, "firth_separated", s, list(data = list(columns = list(grade = cat_col("G1", "G2", "G3"))),
  endpoints = list(death = list(time = "time", status = "status", event = I(1), unit = "months")),
  analyses = list(list(id = "firth", type = "cox", endpoint = "death", covariates = c("grade", "size"), ties = "breslow",
                       penalty = "firth", conf = "profile"))), ex, 1e-6)

# describe: quantile definitions and group tests ------------------------------------------------------
p <- pbc[!is.na(pbc$trt), c("id", "trt", "age", "sex", "bili", "platelet", "stage")]
p$trt <- factor(p$trt, 1:2, c("d-penicillamine", "placebo")); p$stage <- factor(p$stage)
num_row <- function(v, q) list(variable = v, groups = lapply(levels(p$trt), function(g) { x <- p[p$trt == g, v]
  k <- quantile(x, c(.25, .5, .75), type = q, na.rm = TRUE)
  list(group = g, n = sum(!is.na(x)), n_missing = sum(is.na(x)), median = num(k[2]), q1 = num(k[1]), q3 = num(k[3]),
       mean = num(mean(x, na.rm = TRUE)), sd = num(sd(x, na.rm = TRUE)), min = num(min(x, na.rm = TRUE)), max = num(max(x, na.rm = TRUE))) }),
  test = list(name = "wilcoxon", p_value = num(wilcox.test(p[[v]] ~ p$trt, exact = FALSE)$p.value)))
lev_row <- function(v) list(variable = v, levels = lapply(levels(p[[v]]), function(l) list(level = l,
  groups = lapply(levels(p$trt), function(g) list(group = g, n = sum(p[[v]] == l & p$trt == g, na.rm = TRUE),
    percent = num(100 * sum(p[[v]] == l & p$trt == g, na.rm = TRUE) / sum(p$trt == g & !is.na(p[[v]]))))))),
  test = list(name = "fisher", p_value = num(fisher.test(p[[v]], p$trt, workspace = 2e7)$p.value)))
ex <- lapply(c(7, 6), function(q) list(id = paste0("type", q), variables = list(num_row("age", q), num_row("bili", q),
  num_row("platelet", q), lev_row("sex"), lev_row("stage"))))
an <- lapply(c(7, 6), function(q) list(id = paste0("type", q), type = "summary", by = "trt", quantile_type = q,
  categorical_test = "fisher", variables = c("age", "bili", "platelet", "sex", "stage")))
write_case(out, "pbc_summary", p, list(data = list(columns = list(trt = list(type = "category", levels = levels(p$trt)),
  sex = list(type = "category", levels = levels(p$sex)), stage = list(type = "category", levels = levels(p$stage)))),
  endpoints = structure(list(), names = character()), analyses = an), ex)

# dates: endpoint from calendar dates ------------------------------------------------------------------
set.seed(5); n <- 60; dx <- as.Date("2005-01-01") + sample(5000, n); tt <- ceiling(rexp(n, 1 / 900)) + 20; rc <- ceiling(rexp(n, 1 / 700))
fu <- dx + pmin(sample(400:4000, n, TRUE), 3500); dead <- dx + tt <= fu; last <- pmin(dx + tt, fu); rec <- dx + rc < last
e <- data.frame(id = seq_len(n), arm = rep(c("A", "B"), length = n), diagnosis = dx, recurrence = ifelse(rec, as.character(dx + rc), NA),
  death = ifelse(dead, as.character(dx + tt), NA), last_follow_up = last)
mo <- 30.4375; os <- as.numeric(last - dx) / mo; fe <- pmin(ifelse(rec, rc, Inf), as.numeric(last - dx)); dfs <- fe / mo; ev <- rec | dead
an <- list(list(id = "os", type = "kaplan_meier", endpoint = "OS", by = "arm", times = c(36, 60)),
  list(id = "dfs", type = "kaplan_meier", endpoint = "DFS", times = c(36, 60)), list(id = "fu", type = "follow_up", endpoint = "OS"),
  list(id = "cox", type = "cox", endpoint = "DFS", covariates = I("arm")))
e$arm <- factor(e$arm)
ex <- list(km_expected("os", survfit(Surv(os, dead) ~ arm, e), c("A", "B"), c(36, 60)), km_expected("dfs", survfit(Surv(dfs, ev) ~ 1), NULL, c(36, 60)),
  km_expected("fu", survfit(Surv(os, !dead) ~ 1)), cox_expected("cox", coxph(Surv(dfs, ev) ~ arm, e), e, "arm"))
write_case(out, "dates", e, list(data = list(columns = list(arm = cat_col("A", "B"))), endpoints = list(
  OS = list(origin = "diagnosis", events = list(death = "death"), censor = "last_follow_up", unit = "months"),
  DFS = list(origin = "diagnosis", events = list(recurrence = "recurrence", death = "death"), censor = "last_follow_up", unit = "months")),
  analyses = an), ex)
# the demonstration cohort: the whole analysis of a paper, from its dates -----------------------------------
k <- read.csv(file.path(here, "..", "..", "www", "demo", "lms_vc_synthetic.csv"), na.strings = "", check.names = FALSE)
day <- function(n) as.Date(k[[n]]); dx <- day("date_of_diagnosis"); end <- as.numeric(day("date_of_last_follow_up") - dx); mo <- 30.4375
k$dead <- !is.na(k$date_of_death); rec <- as.numeric(day("date_of_recurrence") - dx); k$ev <- k$dead | !is.na(rec)
k$os <- end / mo; k$dfs <- pmin(ifelse(is.na(rec), Inf, rec), end) / mo
lv <- list(chemo = c("No CT", "CT"), margin = c("R0", "R1", "R2"), kieffer = c("K1", "K2", "K3"), fnclcc_grade = paste("Grade", 1:3))
for (v in names(lv)) k[[v]] <- factor(k[[v]], lv[[v]])
y <- list(OS = "Surv(os, dead)", DFS = "Surv(dfs, ev)"); an <- ex <- list()
add <- function(a, e) { an[[length(an) + 1]] <<- a; ex[[length(ex) + 1]] <<- e }
for (e in names(y)) {
  s <- eval(parse(text = y[[e]]), k); id <- function(x) paste0(tolower(e), "_", x)
  add(list(id = id("all"), type = "kaplan_meier", endpoint = e, times = c(36, 60)), km_expected(id("all"), survfit(s ~ 1), NULL, c(36, 60)))
  add(list(id = id("km_chemo"), type = "kaplan_meier", endpoint = e, by = "chemo", times = c(36, 60)), km_expected(id("km_chemo"), survfit(s ~ chemo, k), lv$chemo, c(36, 60)))
  add(list(id = id("grade"), type = "log_rank", endpoint = e, by = "fnclcc_grade"), lr_expected(id("grade"), survdiff(s ~ fnclcc_grade, k), lv$fnclcc_grade))
  for (m in c(as.list(c("margin", "kieffer", "chemo", "fnclcc_grade", "specimen_size_cm")), list(if (e == "DFS") c("chemo", "fnclcc_grade") else c("fnclcc_grade", "kieffer", "chemo")))) {
    name <- id(if (length(m) > 1) "multivariable" else m)
    fit <- coxph(as.formula(paste(y[[e]], "~", paste(m, collapse = "+"))), k, iter.max = 50)
    add(list(id = name, type = "cox", endpoint = e, covariates = I(m)), cox_expected(name, fit, k, m, drop_one(y[[e]], k, m, iter.max = 50)))
  }
}
add(list(id = "follow_up", type = "follow_up", endpoint = "OS"), km_expected("follow_up", survfit(Surv(os, !dead) ~ 1, k)))
raw <- read.csv(file.path(here, "..", "..", "www", "demo", "lms_vc_synthetic.csv"), na.strings = "", check.names = FALSE, colClasses = "character")
write_case(out, "lms_vc_demo", raw, list(data = list(columns = lapply(lv, function(l) list(type = "category", levels = l))), endpoints = list(
  OS = list(origin = "date_of_diagnosis", events = list(death = "date_of_death"), censor = "date_of_last_follow_up", unit = "months"),
  DFS = list(origin = "date_of_diagnosis", events = list(recurrence = "date_of_recurrence", death = "date_of_death"), censor = "date_of_last_follow_up", unit = "months")),
  analyses = an), ex, 1e-6)
invisible(file.copy(file.path(here, "..", "..", "www", "demo", "lms_vc_synthetic.csv"), file.path(out, "lms_vc_demo", "data.csv"), overwrite = TRUE))
cat(length(list.dirs(out)) - 1, "cases\n")

# What made them, for whoever shows them (the page's self-test).
versions <- c(list(R = as.character(getRversion())), sapply(c("survival", "cmprsk"), function(p) packageDescription(p)$Version, simplify = FALSE))
writeLines(toJSON(versions, auto_unbox = TRUE), file.path(out, "made_with.json"))
