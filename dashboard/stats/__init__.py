"""Pure numbers: counts in, frozen results out; no file, no clock, no screen. Importing this package registers every measure."""

from dashboard.stats import adjusted as adjusted
from dashboard.stats import benchmark as benchmark
from dashboard.stats import burnout as burnout
from dashboard.stats import compare as compare
from dashboard.stats import complaints as complaints
from dashboard.stats import darkness as darkness
from dashboard.stats import drivers as drivers
from dashboard.stats import duration as duration
from dashboard.stats import engagement as engagement
from dashboard.stats import finite as finite
from dashboard.stats import force as force
from dashboard.stats import force_peers as force_peers
from dashboard.stats import importance as importance
from dashboard.stats import interrupted as interrupted
from dashboard.stats import matched as matched
from dashboard.stats import outcome as outcome
from dashboard.stats import promoters as promoters
from dashboard.stats import raking as raking
from dashboard.stats import rates as rates
from dashboard.stats import reach as reach
from dashboard.stats import risk as risk
from dashboard.stats import sensitivity as sensitivity
from dashboard.stats import survey_scores as survey_scores
from dashboard.stats import threshold as threshold
from dashboard.stats import together as together
from dashboard.stats import trend as trend
