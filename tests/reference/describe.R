# Rscript describe.R : data and R's answers for the tests in src/survival/describe, written to describe.json beside this file.
args <- commandArgs(FALSE); here <- dirname(normalizePath(gsub("~+~", " ", sub("--file=", "", args[grep("--file=", args)]), fixed = TRUE)))
library(jsonlite); set.seed(4); RNGkind("Mersenne-Twister", "Inversion", "Rejection")
num <- function(...) unname(as.numeric(c(...)))

samples <- list(
  ties = list(c(1, 2, 2, 3, 3, 3, 7), c(2, 3, 3, 5, 8, 8)),
  one_row = list(3.5, c(1, 2, 2, 4, 9)),
  apart = list(1:12 / 10, 30:50),
  nearly_equal = list(c(rep(1, 40), 2), rep(1, 30)),
  normal = list(round(rnorm(41, 50, 10), 1), round(rnorm(22, 55, 18), 1)),
  far = list(1e6 + c(1, 2, 4, 8), 1e6 + c(3, 9, 27, 28, 30)),
  six = list(c(1, 5, 7, 12, 13, 20), c(2, 3, 6, 8, 9, 30, 31)),
  forty = list(c(3, 7 * 1:20), c(5, 11 * 1:12 + .5)),
  large = list(round(rexp(3000), 2), round(rexp(2500, .9), 2)),
  three = list(c(1, 4, 4, 6, 9), c(2, 2, 4), c(5, 8, 8, 8, 9, 10)),
  three_one_row = list(c(1.5, 2, 7), 4, c(2, 2.5, 6, 6)),
  four = list(round(rnorm(11), 2), round(rnorm(12, .3), 2), round(rnorm(9, .9), 2), round(rnorm(9, .2), 2)),
  four_apart = list(1:8 / 7, 101:109 / 7, 201:206 / 7, 301:312 / 7))
two <- samples[lengths(samples) == 2]
values <- function(s) unlist(s); group <- function(s) factor(rep(seq_along(s), lengths(s)))
wilcoxon <- lapply(two, function(s) { t <- wilcox.test(s[[1]], s[[2]], exact = FALSE); num(t$statistic, t$p.value) })
uncorrected <- lapply(two, function(s) { t <- wilcox.test(s[[1]], s[[2]], exact = FALSE, correct = FALSE); num(t$statistic, t$p.value) })
# R's exact p takes no ties; there every allocation of the ranks is gone through.
every <- function(s) { r <- rank(values(s)); m <- length(s[[1]]); w <- combn(length(r), m, function(i) sum(r[i])); e <- m * (length(r) + 1) / 2
  num(sum(r[seq_len(m)]) - m * (m + 1) / 2, mean(abs(w - e) >= abs(sum(r[seq_len(m)]) - e) - 1e-9)) }
exact_r <- function(s) { t <- wilcox.test(s[[1]], s[[2]], exact = TRUE); num(t$statistic, t$p.value) }
exact <- c(lapply(samples[c("apart", "six", "forty")], exact_r), lapply(samples[c("ties", "one_row", "far")], every))
kruskal <- lapply(samples, function(s) { t <- kruskal.test(values(s), group(s)); num(t$statistic, t$parameter, t$p.value) })
t_of <- function(equal) lapply(two[setdiff(names(two), c("one_row", "nearly_equal"))], function(s) {
  t <- t.test(s[[1]], s[[2]], var.equal = equal); num(t$statistic, t$parameter, t$p.value) })
anova <- lapply(samples, function(s) { t <- anova(lm(values(s) ~ group(s))); num(t[1, 4], t[1:2, 1], t[1, 5]) })

# Squares of 1 ... n.
quartiles <- lapply(1:9, function(n) { x <- (1:n)^2
  num(n, quantile(x, c(.25, .5, .75), type = 2), quantile(x, c(.25, .5, .75), type = 6), quantile(x, c(.25, .5, .75), type = 7), fivenum(x)[2:4]) })

rbindm <- function(...) rbind(...)
sparse <- function(r, c, n) { repeat { m <- table(factor(sample(r, n, TRUE, (r:1)^1.5), 1:r), factor(sample(c, n, TRUE), 1:c))
  if (all(rowSums(m) > 0) && all(colSums(m) > 0)) return(matrix(as.integer(m), r)) } }
tables <- list(
  tea = rbindm(c(3, 1), c(1, 3)), even = rbindm(c(5, 5), c(5, 5)), zero_cell = rbindm(c(0, 7), c(6, 2)), lopsided = rbindm(c(1, 999), c(30, 970)),
  far = rbindm(c(300, 2), c(4, 500)), big = rbindm(c(25012, 24988), c(24500, 25500)), diagonal = rbindm(c(4, 0, 0), c(0, 4, 0), c(0, 0, 4)),
  small_3x4 = rbindm(c(1, 0, 2, 5), c(3, 1, 0, 0), c(0, 4, 1, 1)), cohort = rbindm(c(2, 9), c(7, 11), c(5, 1), c(3, 3)),
  job = matrix(c(1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11), 4), ones_6x6 = diag(6),
  wide_2x9 = rbindm(c(3, 0, 1, 4, 2, 0, 5, 1, 2), c(0, 2, 2, 1, 3, 4, 0, 2, 1)), sparse_3x5 = sparse(3, 5, 60), sparse_4x4 = sparse(4, 4, 41),
  sparse_4x5 = sparse(4, 5, 80), sparse_5x6 = sparse(5, 6, 60), tall_7x3 = sparse(7, 3, 70))
large <- list(large_5x6 = sparse(5, 6, 200), large_4x6 = sparse(4, 6, 150), large_3x7 = sparse(3, 7, 120))
chi <- function(correct) lapply(tables, function(m) { t <- suppressWarnings(chisq.test(m, correct = correct)); num(t$statistic, t$parameter, t$p.value) })
timed <- function(m) { s <- proc.time()[3]
  p <- tryCatch(fisher.test(m, workspace = 2e8)$p.value, error = function(e) { message(conditionMessage(e)); NULL })
  message(paste(dim(m), collapse = "x"), " n = ", sum(m), ": ", round(proc.time()[3] - s, 2), " s"); p }
# large_5x6 stops R after minutes (FEXACT error 7, LDSTP too small, at workspace = 2e8): its own Monte Carlo instead, with 10^6 tables.
fisher <- lapply(c(tables, large[-1]), timed)
simulated <- lapply(large[1], function(m) fisher.test(m, simulate.p.value = TRUE, B = 1e6)$p.value)

# Yang and Dalton 2012.
smd_of <- function(x, y) { p <- (x / sum(x))[-1]; q <- (y / sum(y))[-1]; cov <- function(p) diag(p, length(p)) - p %o% p
  sqrt(drop(t(q - p) %*% solve((cov(p) + cov(q)) / 2) %*% (q - p))) }
smd <- lapply(list(list(c(12, 35, 56, 55), c(4, 32, 64, 54)), list(c(5, 0, 3), c(1, 1, 9)), list(c(21, 137), c(15, 139)), list(c(1, 2, 3, 0, 4), c(0, 0, 5, 5, 1))),
  function(g) list(x = g[[1]], y = g[[2]], smd = smd_of(g[[1]], g[[2]])))

matrices <- lapply(c(tables, large), function(m) lapply(seq_len(nrow(m)), function(i) I(num(m[i, ]))))
out <- list(samples = lapply(samples, function(s) lapply(s, function(g) I(num(g)))), wilcoxon = wilcoxon, wilcoxon_uncorrected = uncorrected, wilcoxon_exact = exact, kruskal = kruskal,
  t_welch = t_of(FALSE), t_pooled = t_of(TRUE), anova = anova, quartiles = quartiles, tables = matrices,
  chi_square = chi(FALSE), chi_square_corrected = chi(TRUE), fisher = fisher, fisher_simulated = simulated, smd = smd)
write(toJSON(out, digits = NA, auto_unbox = TRUE), file.path(here, "describe.json"))
