# Rscript cox_study.R : the figures of tests/cox_study.rs (R with survival).
suppressPackageStartupMessages(library(survival)); options(digits = 15)
ctl <- coxph.control(eps = 1e-14, iter.max = 100, toler.inf = 1e-4)
source("lib.R")

# Firth: penalised likelihood ratio of a factor and of the model.
s <- read.csv("cases/firth_separated/data.csv"); s$grade <- factor(s$grade)
f <- firth(Surv(time, status) ~ grade + size, s); print(c(f$drop(1:2), f$drop(3), 2 * diff(f$loglik)))

# Ridge: Wald of each term; of two columns together.
d <- na.omit(lung[c("time", "status", "age", "sex", "ph.ecog")])
g <- coxph(Surv(time, status == 2) ~ ridge(age, sex, ph.ecog, theta = 20), d,
           control = coxph.control(eps = 1e-14, iter.max = 100, outer.max = 50))
print(unname(coef(g)^2 / diag(g$var)))

# Scaled Schoenfeld residuals and their smooth (natural spline, 4 degrees of freedom), the band with 1.96 instead of 2.
smooth <- function(g, transform) {
  z <- cox.zph(g, transform, terms = FALSE); x <- z$x; at <- seq(min(x), max(x), length = 40)
  B <- splines::ns(c(at, x), df = 4, intercept = TRUE); P <- B[1:40, ]; X <- B[-(1:40), ]; Q <- solve(crossprod(X))
  y <- P %*% (Q %*% crossprod(X, z$y)); v <- rowSums((P %*% Q) * P)
  print(unname(attr(B, "knots")))
  for (k in seq_len(ncol(y))) { w <- qnorm(.975) * sqrt(z$var[k, k] * v)
    print(cbind(at, approx(x, z$time, at, ties = "ordered")$y, y[, k], y[, k] - w, y[, k] + w)[c(1, 14, 40), ], digits = 12) }
  p <- plot(z, plot = FALSE, var = 1); print(c(p$y[14, ], y[14, 1]))
}
g <- coxph(Surv(time, status == 2) ~ age + sex, lung, control = ctl)
for (m in c("km", "identity", "log", "rank")) { cat(m, "\n"); smooth(g, m) }

# Harrell's basis and knots, written out; global and non-linear test.
rcs <- function(x, k, p = seq(.05, .95, length = k)) { t <- unname(quantile(x, p)); p3 <- function(u) pmax(u, 0)^3
  b <- sapply(1:(k - 2), function(j) p3(x - t[j]) - p3(x - t[k - 1]) * (t[k] - t[j]) / (t[k] - t[k - 1]) +
    p3(x - t[k]) * (t[k - 1] - t[j]) / (t[k] - t[k - 1])) / (t[k] - t[1])^2
  print(t); cbind(x, b) }
lr <- function(a, b) 2 * (a$loglik[2] - tail(b$loglik, 1))
wald <- function(g, i) drop(coef(g)[i] %*% solve(vcov(g)[i, i], coef(g)[i]))
d <- na.omit(lung[c("time", "status", "age", "sex")]); y <- with(d, Surv(time, status == 2))
X <- rcs(d$age, 4); g <- coxph(y ~ X + sex, d, control = ctl); print(unname(coef(g))); print(unname(sqrt(diag(vcov(g)))))
print(c(lr(g, coxph(y ~ sex, d, control = ctl)), lr(g, coxph(y ~ age + sex, d, control = ctl)), wald(g, 1:3), wald(g, 2:3)))

# Interactions: two factors; a factor and a number.
v <- veteran; v$trt <- factor(v$trt, 1:2, c("standard", "test")); y <- with(v, Surv(time, status))
g <- coxph(y ~ trt * celltype, v, control = ctl); print(coef(g)); print(unname(sqrt(diag(vcov(g))))); print(unname(g$loglik))
b <- coxph(y ~ trt + celltype, v, control = ctl); o <- coxph(y ~ celltype, v, control = ctl); p <- coxph(y ~ trt, v, control = ctl)
print(c(lr(g, b), lr(g, o), lr(g, p), wald(g, 5:7), wald(g, c(1, 5:7)))); print(table(v$trt, v$celltype, v$status))
g <- coxph(y ~ karno * celltype, v, control = ctl); print(coef(g)); b <- coxph(y ~ karno + celltype, v, control = ctl); print(lr(g, b))
g <- coxph(y ~ karno * age, v, control = ctl); print(coef(g))

# Residuals, influence, predicted survival.
d <- na.omit(lung[c("time", "status", "age", "sex", "ph.ecog")])
for (m in c("efron", "breslow")) { g <- coxph(Surv(time, status == 2) ~ age + sex + ph.ecog, d, ties = m, control = ctl); cat(m, "\n")
  i <- c(1, 2, 3, 227); print(unname(residuals(g, "martingale")[i])); print(unname(residuals(g, "deviance")[i]))
  print(unname(residuals(g, "score")[i, ])); print(unname(residuals(g, "dfbeta")[i, ]))
  s <- summary(survfit(g, data.frame(age = 60, sex = 2, ph.ecog = 1)), times = c(5, 310, 883)); print(cbind(s$surv, s$std.err / s$surv, s$lower, s$upper)) }
h <- heart; h$w <- 1 + (seq_len(nrow(h)) %% 3) / 2   # these weights make R take the robust variance unless told not to
for (r in list(NULL, FALSE)) { g <- coxph(Surv(start, stop, event) ~ age + strata(surgery), h, weights = w, robust = r, control = ctl)
i <- c(1, 4, 100); print(unname(residuals(g, "martingale")[i])); print(unname(residuals(g, "score")[i])); print(unname(residuals(g, "dfbeta")[i]))
s <- survfit(g, data.frame(age = 3)); print(summary(s, times = c(30, 100))[c("strata", "surv", "cumhaz", "std.err")]) }
v <- veteran; g <- coxph(Surv(time, status) ~ karno + age, v, control = ctl)
o <- lapply(c(1, 17, 95), function(i) coxph(Surv(time, status) ~ karno + age, v[-i, ], control = ctl))
print(t(sapply(o, function(g) c(exp(coef(g)), 2 * pnorm(-abs(coef(g) / sqrt(diag(vcov(g)))))))))

# Marginal curves: everybody's predicted survival at 180 with each treatment, averaged.
v <- veteran; ends <- tapply(v$time, v$celltype, max); print(ends)
for (f in list(Surv(time, status) ~ trt + karno, Surv(time, status) ~ trt + karno + strata(celltype))) {
  g <- coxph(f, v, control = ctl)
  print(sapply(1:2, function(a) mean(sapply(seq_len(nrow(v)), function(i) { r <- v[i, ]; r$trt <- a
    summary(survfit(g, r), times = 180, extend = TRUE)$surv }))))
}
