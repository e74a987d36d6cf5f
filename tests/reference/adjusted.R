# Rscript adjusted.R : standard errors of adjusted curves in tests/cox_diagnostics.rs (R with survival).
# R has no such function. Here derivatives by the coefficients are numeric, and the variance of the baseline at fixed
# coefficients is what is left of survfit's own when the part of the coefficients is taken off.
suppressPackageStartupMessages(library(survival)); options(digits = 15)
v <- read.csv("cases/veteran/data.csv"); v$test <- as.numeric(v$trt == "test")
at <- c(90, 180)
adjusted <- function(formula, stratum) {
  fit <- coxph(formula, v, control = coxph.control(eps = 1e-14, toler.inf = 1e-4, iter.max = 60))
  V <- vcov(fit); b <- coef(fit); h <- c(1e-3, 1e-4)
  slope <- function(f) sapply(1:2, function(k) {
    e <- replace(numeric(2), k, h[k]); (8 * (f(b + e) - f(b - e)) - f(b + 2 * e) + f(b - 2 * e)) / (12 * h[k])
  })
  whose <- function(s, covariates) if (length(unique(stratum)) > 1) data.frame(covariates, prior = s) else covariates
  curve <- function(fit, s) survfit(fit, newdata = whose(s, data.frame(test = 0, karno = 60)))
  row <- function(curve) findInterval(at, curve$time)
  hazard <- function(b, s) { # of nobody in particular: test 0, karno 60
    g <- coxph(formula, v, init = b, control = coxph.control(iter.max = 0)); k <- curve(g, s); k$cumhaz[row(k)]
  }
  strata <- unique(stratum)
  base <- sapply(strata, function(s) {
    k <- curve(fit, s); q <- slope(function(b) hazard(b, s)); k$std.err[row(k)]^2 - rowSums((q %*% V) * q)
  })
  for (level in 0:1) {
    risk <- function(b) exp(level * b[1] + (v$karno - 60) * b[2])
    survival <- function(b, s) exp(-outer(risk(b), hazard(b, s)))
    mean_of <- function(b) Reduce(`+`, lapply(strata, function(s) colSums(survival(b, s)[stratum == s, ]))) / nrow(v)
    g <- slope(mean_of)
    c <- sapply(strata, function(s) colSums((survival(b, s) * risk(b))[stratum == s, ]) / nrow(v))
    print(c(mean_of(b), sqrt(rowSums(c^2 * base) + rowSums((g %*% V) * g))))
  }
}
suppressWarnings({
  adjusted(Surv(time, status) ~ test + karno, rep(0, nrow(v)))
  adjusted(Surv(time, status) ~ test + karno + strata(prior), v$prior)
})
