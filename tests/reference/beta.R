# Rscript beta.R : the constants of the tests in src/num/beta_quantile.rs and src/survival/beta_product.rs.
p <- function(x) cat(sprintf("%.17g", x), sep = ", ")
cat("QUANTILES\n"); for (q in list(c(.025, 5, 6), c(.975, 5, 6), c(.025, 1, 1), c(.025, 10, 1), c(.975, 1, 10), c(.025, .5, .5),
  c(.5, 2, 3), c(.975, 121.5, .75), c(.025, .7142857142857143, 2.142857142857143), c(.005, 40, 3.5), c(.025, 9000, 1000),
  c(.975, 9000, 1000), c(.025, 3, 9990), c(.975, .1, 5), c(.025, .1, 5), c(1e-10, 4, 4))) {
  cat("("); p(c(q, qbeta(q[1], q[2], q[3]))); cat("),\n") }
cat("LOWER\n"); for (q in list(c(.3, 2, 5), c(.9, 2, 5), c(1e-5, .5, 3), c(.5, 500, 500), c(.999, 800, 2), c(.1, 9000, 1000),
  c(.25, 1, 1))) { cat("("); p(c(q, pbeta(q[1], q[2], q[3]))); cat("),\n") }
# The definition (Fay, Brittain and Proschan 2013), written out: W+ a product of Beta(n - d + 1, d), W- that times Beta(m, 1)
# with m known to be alive; each taken for the beta distribution with its mean and variance.
mm <- function(a, b, q) { M <- prod(a / (a + b)); Q <- prod(a * (a + 1) / ((a + b) * (a + b + 1)))
  qbeta(q, M * (M - Q) / (Q - M^2), (1 - M) * (M - Q) / (Q - M^2)) }
bpcp <- function(time, event, level = .95) {
  h <- (1 - level) / 2; tt <- sort(unique(time)); n <- sapply(tt, function(t) sum(time >= t))
  d <- sapply(tt, function(t) sum(time == t & event == 1)); k <- seq_along(tt); m <- c(n[-1], 0)
  ab <- function(i) { e <- which(d[1:i] > 0); cbind(n[e] - d[e] + 1, d[e]) }
  low <- function(i, m) if (m == 0) 0 else { w <- rbind(ab(i), c(m, 1)); mm(w[, 1], w[, 2], h) }
  data.frame(time = tt, at = sapply(k, function(i) low(i, n[i] - d[i])), after = sapply(k, function(i) low(i, m[i])),
             upper = sapply(k, function(i) { w <- ab(i); if (nrow(w)) mm(w[, 1], w[, 2], 1 - h) else 1 }))
}
time <- c(7, 5, 3, 9, 8, 5, 3, 12, 7, 12, 10, 3); event <- c(1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1)
r <- bpcp(time, event); for (k in names(r)) { cat(k, ""); p(r[[k]]); cat("\n") }
cat("Clopper-Pearson: 3 and 7 of 10 alive\n"); for (x in c(3, 7)) { p(binom.test(x, 10)$conf.int); cat("\n") }
l <- bpcp(survival::lung$time, survival::lung$status - 1)
cat("lung at 180, 365, 700\n"); for (t in c(180, 365, 700)) { i <- max(which(l$time <= t)); p(unlist(l[i, ])); cat("\n") }
