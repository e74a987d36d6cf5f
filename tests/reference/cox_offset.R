# Rscript cox_offset.R : the figures of the tests on offsets in tests/cox_study.rs (R with survival).
suppressPackageStartupMessages(library(survival)); options(digits = 15)
ctl <- coxph.control(eps = 1e-14, iter.max = 100, toler.inf = 1e-4)
source("lib.R")
show <- function(g) { s <- summary(g)
  w <- coef(g) %*% solve(vcov(g), coef(g)); print(unname(c(g$loglik, s$logtest[1], w, s$sctest[1], s$concordance)))
  print(unname(coef(g))); print(unname(sqrt(diag(vcov(g))))) }

# wt.loss / 50 stands for a known log hazard.
d <- na.omit(data.frame(lung[c("time", "status", "age", "sex", "wt.loss")], row_weight = read.csv("cases/lung_cox/data.csv")$row_weight))
d$o <- d$wt.loss / 50; y <- with(d, Surv(time, status == 2))
for (m in c("efron", "breslow", "exact")) { cat(m, "\n"); show(coxph(y ~ age + sex + offset(o), d, ties = m, control = ctl)) }
cat("weights, strata, robust\n")
show(coxph(y ~ age + strata(sex) + offset(o), d, weights = row_weight, robust = TRUE, control = ctl))
cat("zph\n"); print(cox.zph(coxph(y ~ age + sex + offset(o), d, control = ctl))$table)
g <- coxph(y ~ age + sex + offset(o), d, control = ctl)
cat("residuals of the first three\n"); print(unname(residuals(g, "martingale")[1:3])); print(unname(residuals(g, "dfbeta")[1:3, ]))
cat("without columns\n"); print(coxph(y ~ offset(o), d)$loglik)
h <- heart; h$o <- h$age / 10
cat("entry\n"); show(coxph(Surv(start, stop, event) ~ transplant + offset(o), h, control = ctl))
cat("Firth\n"); f <- firth_any(y, as.matrix(d[c("age", "sex")]), offset = d$o); print(f)
f <- firth_any(y, as.matrix(d[c("age", "sex")]), offset = d$o, ties = "breslow", limits = 1); print(c(f$coef, f$lower, f$upper))
