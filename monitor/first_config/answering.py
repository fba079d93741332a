"""What a first config says of answering: due times, who answers, drafts, where answers are posted, who may log in."""

from string import Template
from urllib.parse import urlsplit

from monitor.first_config.answers import Answers
from monitor.first_config.channels import active
from monitor.first_config.quoting import quoted
from monitor.first_config.site import Site

_NO_SITE = "https://shop.example"

_ACCOUNTS = """\
    # accounts: # your own: what they write are answers, not complaints, and mark a case answered; see docs/cases.md
    #   - {host: bsky.app, id: "did:plc:abc123"}
    #   - {host: $host, id: user-3} # the user of a WordPress site by its number
"""

_SERVICE = """\
# How soon a complaint is answered and solved; due times of cases follow from it.
service:
  answer_within: 1h
  solve_within: 24h
  answer_within_critical: 15m
  solve_within_critical: 8h
  # hours: [mon-fri 09:00-18:00] # when people work, in the brand's time zone; without it every hour counts
  # holidays: [2026-12-25, 03-23] # of that year, of each year
  # times: # in the place of the four above, the first that holds; see docs/cases.md
  #   - {at_least: critical, answer_within: 10m, solve_within: 4h, round_the_clock: true}
  #   - {kinds: [review], answer_within: 4h, solve_within: 48h}
  # escalate: {to: Sana Malik, channels: [$channel]} # who hears of what is overdue; one of `people`

# Who answers: an owner of a case is suggested by language, theme and open cases; `role` counts once there is a login.
# people:
#   - name: Sana Malik
#     login: sana@shop.example # as the provider of logins calls her
#     role: lead # viewer, agent, lead or admin
#     languages: [en, ur, ur-Latn]
#     themes: [refund, staff] # what she knows well
#     most: 30 # open cases at once
#     known_as: [Sana, Sana Malik] # how customers call her: praise by name is counted

# Where answers may be posted when somebody presses "Post it"; never by itself. Elsewhere they are copied by hand.
# posting:
#   - id: site-answers
#     type: wordpress
#     sources: [site-comments] # the source above whose texts are answered
#     url: $site # as in that source
#     user: care # a user of the site who may comment
#     password: {env: WORDPRESS_PASSWORD} # an application password: Users > Profile > Application Passwords
"""

_LOGIN = """\
dashboard:
  port: 8501 # on 127.0.0.1, for this machine without a login; others need `url` and `login`, see docs/operating.md:
  # url: https://watch.shop.example # as people reach it; links in messages start with it
  # login: # a provider of OpenID Connect
  #   server_metadata_url: https://id.shop.example/.well-known/openid-configuration
  #   client_id: emberwatch
  #   client_secret: {env: OIDC_CLIENT_SECRET}
  #   cookie_secret: {env: EMBERWATCH_COOKIE_SECRET} # openssl rand -hex 32
  #   listed: {admin: [you@shop.example]} # who else may what: `people` above, `roles` or `default_role`
"""


def accounts(answers: Answers) -> str:
    """The example of the brand's own accounts, which stands within the brand."""
    host = urlsplit(answers.site or _NO_SITE).netloc.lower()
    return Template(_ACCOUNTS).substitute(host=quoted(host))


def service(answers: Answers, site: Site | None) -> str:
    """The service policy, with examples of who answers and where answers are posted."""
    url = (site.wordpress if site else "") or answers.site or _NO_SITE
    return Template(_SERVICE).substitute(channel=active(answers)[-1], site=quoted(url.rstrip("/")))


def dashboard() -> str:
    """Where the dashboard listens, with an example of a login."""
    return _LOGIN
