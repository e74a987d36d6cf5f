# Rscript cox.R : the figures of tests/cox.rs that are not in the cases (R with survival).
suppressPackageStartupMessages(library(survival)); options(digits = 15)
ctl <- coxph.control(eps = 1e-14, iter.max = 100, toler.inf = 1e-4)

# A factor adjusted for others, three tests, three treatments of ties.
d <- lung[!is.na(lung$ph.ecog), ]; f <- Surv(time, status == 2) ~ factor(ph.ecog) + sex + age
for (m in c("efron", "breslow", "exact")) print(unname(coef(coxph(f, d, ties = m, control = ctl))[1]))
a <- coxph(f, d, control = ctl); b <- coxph(Surv(time, status == 2) ~ sex + age, d, control = ctl); i <- 1:3
print(c(lr = 2 * (a$loglik[2] - b$loglik[2]), wald = drop(coef(a)[i] %*% solve(vcov(a)[i, i]) %*% coef(a)[i]),
        score = coxph(f, d, init = c(0, 0, 0, coef(b)), iter.max = 0)$score))

# Late entry, strata, weights, clusters and heavy ties at once.
h <- heart; h$start <- floor(h$start / 20); h$stop <- ceiling(h$stop / 20); h$w <- 1 + (seq_len(nrow(h)) %% 3) / 2
for (m in c("efron", "breslow")) {
  g <- coxph(Surv(start, stop, event) ~ age + year + transplant + strata(surgery), h, weights = w, cluster = id,
             ties = m, control = ctl)
  cat(m, "\n"); print(unname(coef(g))); print(sqrt(diag(g$naive.var))); print(unname(sqrt(diag(g$var))))
  print(g$loglik); print(g$score); print(unname(g$concordance[c("concordance", "std")]))
}

# Separation: no event in grade G1. The finite terms and the limit of the likelihood.
s <- read.csv("cases/firth_separated/data.csv")
for (m in c("efron", "breslow")) {
  g <- suppressWarnings(coxph(Surv(time, status) ~ I(grade == "G1") + I(grade == "G3") + size, s, ties = m, control = ctl))
  cat(m, "\n"); print(unname(coef(g)[2:3])); print(unname(sqrt(diag(vcov(g)))[2:3])); print(g$loglik)
  g0 <- coxph(Surv(time, status) ~ I(grade == "G3") + size, s, ties = m, control = ctl)
  print(2 * (g$loglik[2] - g0$loglik[2]))
  print(unname(g$concordance[c("concordance", "std")]))
}

# Limits by profile likelihood: the others refitted with one coefficient held as an offset.
limits <- function(y, X, k, best, span, ties = "efron") {
  X <- as.matrix(X); cut <- best - qchisq(.95, 1) / 2
  top <- function(b) tail(suppressWarnings(coxph(y ~ X[, -k, drop = FALSE] + offset(b * X[, k]), ties = ties, control = ctl))$loglik, 1) - cut
  sapply(span, function(s) if (is.null(s)) NA else uniroot(top, s, tol = 1e-12)$root)
}
d <- na.omit(lung[c("time", "status", "age", "sex", "ph.ecog")]); y <- with(d, Surv(time, status == 2))
g <- coxph(y ~ age + sex + ph.ecog, d, control = ctl); X <- d[c("age", "sex", "ph.ecog")]
for (k in 1:3) { b <- coef(g)[k]; w <- 4 * sqrt(vcov(g)[k, k]); print(limits(y, X, k, g$loglik[2], list(c(b - w, b), c(b, b + w)))) }
y <- with(s, Surv(time, status)); X <- with(s, cbind(grade == "G1", grade == "G3", size))
g <- suppressWarnings(coxph(y ~ X, control = ctl)); print(limits(y, X, 1, g$loglik[2], list(c(-8, 3))))
g <- suppressWarnings(coxph(y ~ X, control = ctl)); print(limits(y, X, 2, g$loglik[2], list(c(-3, -1), c(-.9, 1))))

# Firth: the log-likelihoods of the case firth_separated, penalty included (lib.R).
source("lib.R"); s$grade <- factor(s$grade); f <- firth(Surv(time, status) ~ grade + size, s); print(f$loglik)

# Scaled Schoenfeld residuals: first, a tied and last event; weights, strata and entry in the test.
g <- coxph(Surv(time, status == 2) ~ age + sex + ph.ecog + wt.loss, lung, control = ctl); z <- cox.zph(g, "identity")
print(z$time[c(1, 2, 3, 151)]); print(unname(z$y[c(1, 2, 3, 151), ]))
g <- coxph(Surv(start, stop, event) ~ age + year + transplant + strata(surgery), h, weights = w, control = ctl)
print(unname(cox.zph(g, "km")$table[, 1])); print(unname(cox.zph(g, "rank")$table[, 1]))

# Ridge, Efron and Breslow: coefficients, both standard errors, log-likelihoods without penalty, degrees of freedom.
d <- na.omit(lung[c("time", "status", "age", "sex", "ph.ecog")])
for (m in c("efron", "breslow")) {
  g <- coxph(Surv(time, status == 2) ~ ridge(age, sex, ph.ecog, theta = 20), d, ties = m,
             control = coxph.control(eps = 1e-14, iter.max = 100, outer.max = 50))
  print(unname(coef(g))); print(unname(sqrt(diag(g$var)))); print(unname(sqrt(diag(g$var2)))); print(g$loglik); print(g$df)
}

# A column that is constant in a stratum: R leaves its scaled residuals out there; ours are b + d V r of the residuals r of all d events.
d <- data.frame(time = 1:12, status = c(1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0), x = c(1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0),
                z = c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8), s = rep(1:2, each = 6))
g <- coxph(Surv(time, status) ~ x + z + strata(s), d, control = ctl)
h <- cox.zph(g, "identity", terms = FALSE); print(h$table); print(h$y)
print(sweep(nrow(residuals(g, "schoenfeld")) * residuals(g, "schoenfeld") %*% vcov(g), 2, -coef(g)))
