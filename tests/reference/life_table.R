# Rscript life_table.R : the constants of the tests in src/survival/life_table.rs and src/survival/grouped_log_rank.rs.
# The actuarial convention made into rows: in each interval half of the censored leave before its events and half after.
suppressPackageStartupMessages(library(survival))
p <- function(name, x) cat(name, paste(sprintf("%.17g", x), collapse = ", "), "\n")
ends <- c(3, 9, 12, 24, 36); starts <- c(0, ends)
rows <- function(d, c, g = 1) do.call(rbind, lapply(seq_along(d), function(i) {
  a <- starts[i]; half <- function(at) if (c[i] > 0) data.frame(t = at, s = 0, w = c[i] / 2, g = g)
  rbind(half(a + .25), if (d[i] > 0) data.frame(t = a + .5, s = 1, w = d[i], g = g), half(a + .75)) }))
d <- c(4, 7, 0, 9, 5, 3); cens <- c(3, 1, 6, 2, 5, 8)
r <- rows(d, cens)
fit <- function(type) summary(survfit(Surv(t, s) ~ 1, r, weights = w, robust = FALSE, conf.type = type), times = starts[1:5] + .9)
l <- fit("log"); ll <- fit("log-log")
p("estimate", l$surv); p("std_error", l$std.err); p("log low", l$lower); p("log high", l$upper); p("log-log low", ll$lower)
# Straight lines between (0, 1) and the ends of the intervals.
crossing <- function(s) { x <- c(0, ends); y <- c(1, s); i <- which(y <= .5)[1]
  if (is.na(i)) NA else x[i - 1] + (y[i - 1] - .5) / (y[i - 1] - y[i]) * (x[i] - x[i - 1]) }
p("median", c(crossing(l$surv), crossing(l$lower), crossing(l$upper)))
# The area by R's own integration, and its standard error by the delta method with numerical derivatives in the p_j.
n <- rev(cumsum(rev(d + cens))); eff <- (n - cens / 2)[1:5]; q <- (d[1:5]) / eff
area <- function(prob) { f <- approxfun(c(0, ends), cumprod(c(1, prob)))
  at <- c(0, ends[ends < 30], 30); sum(diff(at) * (head(f(at), -1) + tail(f(at), -1)) / 2) }
g <- sapply(1:5, function(j) { h <- 1e-5; up <- dn <- 1 - q; up[j] <- up[j] + h; dn[j] <- dn[j] - h; (area(up) - area(dn)) / (2 * h) })
p("mean", c(area(1 - q), sqrt(sum(g^2 * q * (1 - q) / eff))))
# Even numbers of censored, so that survdiff can be asked.
D <- list(c(4, 7, 0, 9, 5, 3), c(2, 3, 4, 6, 1, 5), c(8, 6, 5, 2, 2, 2))
C <- list(c(2, 0, 6, 2, 4, 8), c(4, 2, 2, 0, 6, 10), c(0, 2, 4, 4, 2, 2))
all <- do.call(rbind, lapply(1:3, function(g) rows(D[[g]], C[[g]], g))); all <- all[rep(seq_len(nrow(all)), all$w), ]
s <- survdiff(Surv(t, s) ~ g, all); p("three", s$chisq); p("expected", s$exp)
s <- survdiff(Surv(t, s) ~ g, all[all$g < 3, ]); p("two", c(s$chisq, pchisq(s$chisq, 1, lower.tail = FALSE)))
