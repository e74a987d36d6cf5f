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
