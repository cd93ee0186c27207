"""Who is reached where, what is refused when it is made, and what never shows a secret."""

import json
import logging
import subprocess
import sys

import attrs
import pytest

from assignwork import ConfigurationError
from assignwork.events import Announced, Escalated, ReportDue
from assignwork.integrations.notify import Notifier


def announced(audiences, channels=()):
    return Announced(1, 0.0, "t-1", "major", "opened", audiences, channels)


def escalated(notified, seq=1):
    return Escalated(
        seq, 0.0, "t-1", "urgent", 2, 1, "unacknowledged", "path", None, None, None, "ben", None,
        ("zoe",), notified,
    )  # fmt: skip


@pytest.fixture
def reached(web, notifier_of):
    """Publish one event on these routes (names for paths): the paths reached, and who was not."""

    def publish(routes, event):
        def url(route):
            if isinstance(route, str):
                return web.url(route)
            if isinstance(route, dict):
                return {key: url(value) for key, value in route.items()}
            return [url(entry) for entry in route]

        notifier = notifier_of(url(routes))
        notifier.publish((event,))
        assert notifier.flush(5)
        missing = [(letter.reason, letter.message.to) for letter in notifier.dead]
        return sorted(payload["path"] for payload in web.got), missing

    return publish


BY_CHANNEL = {"board": {"mail": "/mail", "chat": ["/chat-1", "/chat-2"], "phone": "/phone"}}


@pytest.mark.parametrize(
    ("routes", "event", "expected", "missing"),
    [
        pytest.param(
            {"board": "/board", "lead": "/lead"}, announced(("board",)), ["/board"], [],
            id="only who is named",
        ),
        pytest.param(
            {"board": ["/1", "/2"]}, announced(("board",), ("mail",)), ["/1", "/2"], [],
            id="plain URLs whatever the channels",
        ),
        pytest.param(
            BY_CHANNEL, announced(("board",), ("mail", "chat")), ["/chat-1", "/chat-2", "/mail"],
            [], id="the channels that are named",
        ),
        pytest.param(
            BY_CHANNEL, announced(("board",)), ["/chat-1", "/chat-2", "/mail", "/phone"], [],
            id="all channels when none is named",
        ),
        pytest.param(
            BY_CHANNEL, announced(("board",), ("mail", "fax")), ["/mail"], [],
            id="one channel is enough",
        ),
        pytest.param(
            BY_CHANNEL, announced(("board",), ("fax",)), [], [("no route", ("board",))],
            id="none of its channels",
        ),
        pytest.param(
            {"board": "/board"}, announced(("board", "lead", "cto")), ["/board"],
            [("no route", ("lead", "cto"))], id="no route for some",
        ),
        pytest.param(
            {"board": {"chat": "/chat"}, "*": {"mail": "/all"}},
            announced(("board", "lead"), ("mail",)), ["/all"], [],
            id="anybody, for who is not reached otherwise",
        ),
        pytest.param(
            {"board": "/board", "*": "/all"}, announced(("board",)), ["/board"], [],
            id="anybody is not asked for who is reached",
        ),
        pytest.param(
            {"board": "/same", "lead": ["/same", "/lead"]}, announced(("board", "lead")),
            ["/lead", "/same"], [], id="each URL once",
        ),
        pytest.param(
            {"ana": "/ana", "ben": "/ben", "zoe": "/zoe"}, escalated(("ana", "ben")),
            ["/ana", "/ben"], [], id="an escalation to who is notified",
        ),
        pytest.param(
            {"ana": "/ana"}, escalated(("ana", "oncall")), ["/ana"], [("no route", ("oncall",))],
            id="an escalation to somebody unknown",
        ),
    ],
)  # fmt: skip
def test_a_message_goes_where_its_readers_are(reached, routes, event, expected, missing):
    assert reached(routes, event) == (expected, missing)


def test_a_message_names_whom_its_url_stands_for(web, notifier_of):
    web.answers.extend([500] * 3)
    notifier = notifier_of({"board": web.url(), "lead": web.url()})
    notifier.publish((announced(("board", "lead")),))
    assert notifier.flush(5)
    assert [letter.message.to for letter in notifier.dead] == [("board", "lead")]


def test_a_dead_letter_without_a_route_says_what_would_have_been_said(notifier_of):
    notifier = notifier_of({"board": "json://127.0.0.1:9"})
    notifier.publish((ReportDue(4, 0.0, "t-1", "major", ("lead",), ("mail",), ("cause",)),))
    [letter] = notifier.dead
    assert (letter.reason, letter.attempts, letter.error) == ("no route", 0, "")
    assert attrs.asdict(letter.message) == {
        "seq": 4,
        "kind": "report_due",
        "item": "t-1",
        "to": ("lead",),
        "url": "",
        "title": "[#4] t-1: report due",
        "body": "Item: t-1\nSince: 1970-01-01 00:00:00+00:00\nSections:\n- cause\n"
        "Protocol: major\nTo: lead",
        "severity": "info",
        "route": None,
        "retried": False,
    }
    json.dumps(attrs.asdict(letter))


# --- refused when it is made ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("routes", "field", "said"),
    [
        ({"board": "sl4ck://a/b/c"}, "routes['board']", "knows no service 'sl4ck'; did you mean"),
        ({"board": "slack://wrong"}, "routes['board']", "cannot use this slack:// URL"),
        ({"board": "board@example.org"}, "routes['board']", "this is no URL"),
        (
            {"board": {"mail": ["json://localhost", "nope://x"]}},
            "routes['board']['mail'][1]",
            "knows no service 'nope'",
        ),
        ({"board": []}, "routes['board']", "there is no URL here"),
        ({"board": {}}, "routes['board']", "there is no URL here"),
        ({"board": {"mail": []}}, "routes['board']['mail']", "there is no URL here"),
        ({"board": ""}, "routes['board']", "this is no URL"),
        ({"board": 5}, "routes['board']", "is not a URL or a list of URLs"),
        ({"board": [b"json://localhost"]}, "routes['board'][0]", "is not a URL"),
        ({"": "json://localhost"}, "routes", "is not a non-empty string"),
        ("json://localhost", "routes", "is not a mapping of names"),
    ],
)
def test_a_route_that_cannot_be_used_is_refused_by_name(routes, field, said):
    with pytest.raises(ConfigurationError) as error:
        Notifier(routes)
    assert error.value.field == field
    assert said in str(error.value)
    assert error.value.remedy


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("attempts", 0),
        ("attempts", 2.5),
        ("backoff", -1.0),
        ("backoff_max", float("nan")),
        ("jitter", "1"),
        ("timeout", 0),
        ("max_queue", 0),
        ("workers", 0),
        ("after_seq", -1),
        ("after_seq", 1.0),
        ("time_zone", "Mars/Olympus"),
    ],
)
def test_an_option_out_of_range_is_refused(option, value):
    with pytest.raises(ConfigurationError) as error:
        Notifier({"board": "json://localhost"}, **{option: value})
    assert error.value.field == option


@pytest.mark.parametrize("missing", ["apprise", "stamina", "jinja2"])
def test_without_the_extra_it_says_how_to_install_it(missing):
    program = (
        "import sys\n"
        f"sys.modules[{missing!r}] = None\n"
        "from assignwork.integrations.notify import Notifier\n"
        "try:\n"
        "    Notifier({'board': 'json://localhost'})\n"
        "except Exception as error:\n"
        "    print(type(error).__name__, error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout == (
        f"ConfigurationError notifications need {missing}, which is not installed; "
        'install it with: pip install "assignwork[notify]"\n'
    )


def test_the_library_does_not_load_the_extra():
    program = (
        "import sys, assignwork, assignwork.integrations.notify\n"
        "print({'apprise', 'stamina', 'tenacity', 'jinja2', 'requests'} & set(sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout == "set()\n"


# --- secrets --------------------------------------------------------------------------------------

SECRETS = ("s3same", "T0kenInThePath", "T0kenInAHeader", "T0kenInAParameter")


def secret_url(web):
    return web.url("/hooks/T0kenInThePath?-key=T0kenInAParameter&+X-Api=T0kenInAHeader").replace(
        "json://", "json://desk:s3same@"
    )


@pytest.fixture
def everything_logged(caplog):
    for name in ("", "apprise", "urllib3", "stamina", "assignwork"):
        caplog.set_level(1, logger=name)
    return caplog


def test_no_secret_of_a_url_is_logged_or_shown(web, notifier_of, everything_logged):
    web.answers.extend([500] * 3)
    notifier = notifier_of({"board": secret_url(web)})
    notifier.publish((announced(("board",)),))
    assert notifier.flush(5)
    assert [letter.message.url for letter in notifier.dead] == [
        f"json://****@127.0.0.1:{web.port}/..."
    ]
    logged = everything_logged.text
    assert "apprise" in logged
    assert "POST /hooks/***?key=***" in logged  # of urllib3
    shown = [logged, repr(notifier), repr(notifier.dead), repr(vars(notifier))]
    for secret in SECRETS:
        assert [text for text in shown if secret in text] == []


def test_no_secret_is_shown_when_the_server_is_not_there(make_web, notifier_of, everything_logged):
    web = make_web()
    web.close()
    notifier = notifier_of({"board": secret_url(web)})
    notifier.publish((announced(("board",)),))
    assert notifier.flush(5)
    shown = everything_logged.text + repr(notifier.dead)
    assert "connection" in shown.lower()
    assert [secret for secret in SECRETS if secret in shown] == []


def test_no_password_of_a_mailbox_is_shown(post_office, notifier_of, everything_logged):
    url = post_office.url().replace("mailto://", "mailto://desk:s3same@")
    notifier = notifier_of({"lead": url})  # that server knows no logins
    notifier.publish((announced(("lead",)),))
    assert notifier.flush(5)
    [letter] = notifier.dead
    assert letter.message.url == f"mailto://****@127.0.0.1:{post_office.port}/..."
    assert "s3same" not in everything_logged.text + repr(notifier.dead)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#ops", "slack://T...2/..."),
        ("tgram://123456789:AABBccDDeeFFggHHiiJJkkLLmmNNooPPqqR/12345678/", "tgram://1...R/..."),
        ("mailto://desk:s3same@example.org", "mailto://****@example.org/..."),
        ("jsons://T0ken@example.org", "jsons://****@example.org"),
    ],
)
def test_a_token_in_a_url_is_shown_by_no_message(url, shown, everything_logged, monkeypatch):
    notifier = Notifier({"board": url}, attempts=1)
    [target] = notifier._routes.targets
    assert target.shown.startswith(shown.removesuffix("/..."))
    monkeypatch.setattr(
        target._apprise,
        "notify",
        lambda *_, **__: (_ for _ in ()).throw(OSError(f"no way to {url}")),
    )
    notifier.publish((announced(("board",)),))
    assert notifier.flush(5)
    assert notifier.close()
    text = everything_logged.text + repr(notifier.dead) + repr(target)
    for secret in ("A1BRTD4JD", "TIiajkdnlazkcOXrIdevi7FQ", "AABBccDD", "s3same", "T0ken"):
        assert secret not in text


@pytest.mark.parametrize(
    "url",
    [
        "slack://T0kenA-is-wrong/T0kenB",
        "json://desk:s3same@",
        "nope://desk:s3same@example.org/T0kenInThePath",
        "s3same",
        "tgram://T0kenInThePath",
    ],
)
def test_a_url_that_is_refused_is_not_shown(url, everything_logged):
    with pytest.raises(ConfigurationError) as error:
        Notifier({"board": url})
    shown = everything_logged.text + str(error.value) + repr(vars(error.value))
    for secret in ("T0ken", "s3same"):
        assert secret not in shown


def test_loggers_are_left_as_they_were(web):
    def filters():
        names = ("apprise", "urllib3.connectionpool")
        return [list(logging.getLogger(name).filters) for name in names]

    before = filters()
    with Notifier({"board": web.url()}):
        assert filters() != before
    assert filters() == before
    with pytest.raises(ConfigurationError):
        Notifier({"board": "nope://x"})
    assert filters() == before
