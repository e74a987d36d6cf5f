# Clark's completeness of follow-up of the demonstration by chemotherapy, in plain R: tests/completeness.rs.
# Rscript tests/reference/completeness.R, from the top of the project.
d <- read.csv("www/demo/lms_vc_synthetic.csv", na.strings = "", colClasses = "character")
day <- function(x) as.numeric(as.Date(x))
origin <- day(d$date_of_diagnosis); death <- day(d$date_of_death); last <- day(d$date_of_last_follow_up)
closing <- max(last)
dead <- !is.na(death) & death <= last
observed <- ifelse(dead, death, last) - origin
possible <- ifelse(dead, observed, closing - origin)
cat("closing", format(as.Date(closing, origin = "1970-01-01")), "\n")
for (group in c("CT", "No CT")) {
  of <- d$chemo == group
  cat(sprintf("%s index %.15g observed %.15g\n", group, sum(observed[of]) / sum(possible[of]), sum(observed[of]) / 30.4375))
}
