# Rscript curves.R : the constants of the tests in src/survival/{nelson_aalen,jackknife,difference}.rs.
suppressPackageStartupMessages(library(survival))
p <- function(name, x) cat(name, paste(ifelse(is.finite(x), sprintf("%.17g", x), "NA"), collapse = ", "), "\n")
# The rows of kaplan_meier.R.
d <- data.frame(entry = c(0, 2, 1, 0, 4, 3, 0, 5, 1, 6, 0, 2), time = c(7, 5, 3, 9, 8, 5, 3, 12, 7, 12, 10, 3),
                event = c(1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1), w = c(.5, 1.25, 2, .1, .7, 1, 3, .3, .2, 1.5, .6, .4), id = 1:12)
cat("## Nelson-Aalen\n")
f <- survfit(Surv(time, event) ~ 1, d); p("cumhaz", f$cumhaz); p("std.chaz", f$std.chaz)
f <- survfit(Surv(entry, time, event) ~ 1, d, weights = w, robust = FALSE); p("cumhaz", f$cumhaz); p("std.chaz", f$std.chaz)
cat("## robust: standard error of ln S and of the cumulative hazard\n")
se <- function(f) { p("std.err", if (isFALSE(f$logse)) f$std.err / f$surv else f$std.err); p("std.chaz", f$std.chaz)
                    p("lower", f$lower); p("upper", f$upper) }
cat("weighted\n"); se(survfit(Surv(time, event) ~ 1, d, weights = w, robust = TRUE, id = id))
cat("entry, weighted\n"); se(survfit(Surv(entry, time, event) ~ 1, d, weights = w, robust = TRUE, id = id))
cat("entry, weighted, clusters of two\n")
se(survfit(Surv(entry, time, event) ~ 1, d, weights = w, robust = TRUE, id = id, cluster = c(1, 2, 3, 1, 4, 2, 5, 6, 3, 4, 5, 6)))
w <- 1 + (seq_len(nrow(lung)) %% 4) / 2
f <- survfit(Surv(time, status) ~ 1, lung, weights = w, robust = TRUE)
s <- summary(f, times = c(100, 365, 700)); p("lung", s$std.err)
cat("## difference of lung by sex\n")
s <- summary(survfit(Surv(time, status) ~ sex, lung), times = c(180, 365))
e <- s$surv[3:4] - s$surv[1:2]; v <- sqrt(s$std.err[3:4]^2 + s$std.err[1:2]^2)
p("estimate", e); p("std_error", v); p("low", e - qnorm(.975) * v); p("high", e + qnorm(.975) * v)
p("z", e / v); p("p", 2 * pnorm(-abs(e / v)))
cat("## two-group hazard ratios, lung by sex\n")
s <- survdiff(Surv(time, status) ~ sex, lung)
oe <- (s$obs[1] / s$exp[1]) / (s$obs[2] / s$exp[2]); z <- qnorm(.975)
p("O/E", c(oe, exp(log(oe) + c(-1, 1) * z * sqrt(sum(1 / s$exp)))))
k <- (s$obs[1] - s$exp[1]) / s$var[1, 1]; p("Peto", c(exp(k), exp(k + c(-1, 1) * z / sqrt(s$var[1, 1]))))
l <- lung[!is.na(lung$ph.ecog), ]
s <- survdiff(Surv(time, status) ~ sex + strata(ph.ecog), l); O <- rowSums(s$obs); E <- rowSums(s$exp)
p("stratified", c((O[2] / E[2]) / (O[1] / E[1]), exp((O[2] - E[2]) / s$var[2, 2])))
