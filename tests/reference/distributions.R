# Rscript distributions.R : the constants of the tests in src/num/normal.rs, src/num/chi_squared.rs and src/num/beta.rs.
p <- function(x) cat(sprintf("%.17g", x), sep = ", ")
cat("QUANTILES\n"); for (q in c(.025, .975, .05, .9, .3, .999, 1e-5, 1e-20, 1e-100, 1e-300)) {
  cat("("); p(c(q, qnorm(q))); cat("),\n") }
cat("TWO_SIDED\n"); for (z in c(.1, 1, -1.96, 3, 6.5, 12, -25, 37)) { cat("("); p(c(z, 2 * pnorm(-abs(z)))); cat("),\n") }
cat("TAILS\n"); for (d in list(c(1e-6, 1), c(.5, 1), c(10.3267418929, 1), c(60, 1), c(400, 1), c(1370, 1), c(.5, 2), c(30, 2),
  c(1370, 2), c(.01, 3), c(25.4037003457854, 3), c(700, 3), c(1350, 3), c(66.6, 6), c(1300, 7), c(5, 40), c(40, 40),
  c(1200, 41), c(1000, 1000), c(2500, 1001), c(3000, 999), c(6000, 3000))) {
  cat("("); p(c(d, pchisq(d[1], d[2], lower.tail = FALSE))); cat("),\n") }
cat("T\n"); for (d in list(c(.01, 1), c(1e4, 1), c(.3, 2.5), c(2, 3.7), c(12, 5), c(2.5, 38.41), c(40, 38.41), c(1e3, 40), c(1.5, 999.5),
  c(30, 1000), c(1, 999998), c(1.9, 999998), c(5, 999998), c(36, 999998), c(37, 310.2), c(1e-8, 12), c(1e60, 5))) {
  cat("("); p(c(d, 2 * pt(-abs(d[1]), d[2]))); cat("),\n") }
cat("F\n"); for (d in list(c(.5, 2, 9), c(4, 3, 37), c(25, 3, 37), c(1, 7, 5), c(300, 4, 100), c(.01, 5, 200), c(1.2, 30, 41), c(2, 3, 999996),
  c(150, 9, 99990), c(400, 3, 999996), c(1e6, 2, 38), c(1, 500, 500), c(3, 200, 800))) {
  cat("("); p(c(d, pf(d[1], d[2], d[3], lower.tail = FALSE))); cat("),\n") }
