# The prognostic table of the demonstration cohort, for tests/tables.rs: Rscript tests/reference/cox_table.R
library(survival)

d <- read.csv("www/demo/lms_vc_synthetic.csv", na.strings = "")
days <- function(column) as.numeric(as.Date(d[[column]]) - as.Date(d$date_of_diagnosis))
s <- !is.na(days("date_of_death"))
t <- ifelse(s, days("date_of_death"), days("date_of_last_follow_up")) / 30.4375
for (covariates in c("chemo", "margin", "specimen_size_cm", "margin + specimen_size_cm")) {
  model <- coxph(as.formula(paste("Surv(t, s) ~", covariates)), d)
  print(summary(model)$conf.int[, c(1, 3, 4), drop = FALSE], digits = 12)
  print(drop1(model, test = "Chisq"))
}
