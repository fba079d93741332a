"""Labelled texts for measuring redaction: numbers and addresses of people in many forms, and what only looks like them.

Each template belongs to one half by its place: rules were chosen on the even ones, and the odd ones were held out.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import luhn, verhoeff
from stdnum.iban import calc_check_digits

ZEROS = {"plain": "0", "arabic": "٠", "urdu": "۰", "devanagari": "०", "telugu": "౦", "bengali": "০", "fullwidth": "０"}
"""The digit 0 of the scripts that numbers are written in."""
SCRIPTS = ("plain", "plain", "plain", "plain", "arabic", "urdu", "devanagari", "telugu", "bengali", "fullwidth")


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and the stretches in it that have to go, with what they are; none in what only looks like them."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    about: str
    held_out: bool


def in_script(number: str, script: str) -> str:
    zero = ord(ZEROS[script])
    return "".join(chr(zero + int(sign)) if sign.isascii() and sign.isdigit() else sign for sign in number)


def digits(rng: random.Random, count: int, first: str = "0123456789") -> str:
    return rng.choice(first) + "".join(rng.choice("0123456789") for _ in range(count - 1))


def _pk(rng: random.Random) -> str:
    return "3" + rng.choice(("00", "01", "02", "21", "33", "45", "12", "14", "46", "22")) + digits(rng, 7)


def _in(rng: random.Random) -> str:
    return rng.choice(("98", "99", "70", "81", "90", "94", "63")) + digits(rng, 8)


def _ph(rng: random.Random) -> str:
    return "9" + rng.choice(("17", "18", "05", "27", "98")) + digits(rng, 7)


def phone(rng: random.Random) -> str:
    pk, inn, ph = _pk(rng), _in(rng), _ph(rng)
    return rng.choice(
        (
            f"0{pk}",
            f"0{pk[:3]}-{pk[3:]}",
            f"0{pk[:3]} {pk[3:]}",
            f"+92{pk}",
            f"+92 {pk[:3]} {pk[3:]}",
            f"92{pk}",
            f"0092{pk}",
            f"+92-{pk[:3]}-{pk[3:]}",
            f"0{pk[:3]} {pk[3:6]} {pk[6:]}",
            f"(0{pk[:3]}) {pk[3:]}",
            inn,
            f"{inn[:5]} {inn[5:]}",
            f"+91 {inn}",
            f"+91-{inn[:5]}-{inn[5:]}",
            f"0{inn}",
            f"91{inn}",
            f"0{ph}",
            f"0{ph[:3]} {ph[3:6]} {ph[6:]}",
            f"+63 {ph[:3]} {ph[3:6]} {ph[6:]}",
            f"0{ph[:3]}-{ph[3:6]}-{ph[6:]}",
            f"042-3{digits(rng, 7, '56')}",
            f"+44 7911 {digits(rng, 6)}",
            f"+971 50 {digits(rng, 3, '123456789')} {digits(rng, 4)}",
            f"0{pk[:3]}\u200c{pk[3:]}",
            f"0{pk[:3]}.{pk[3:6]}.{pk[6:]}",
        )
    )


def mail(rng: random.Random) -> str:
    name = rng.choice(
        ("sana.khan", "raju_77", "m.bilal+shop", "liza-reyes", "ayesha92", "Venkat.R", "j.o'neil"[:1] + "neil")
    )
    host = rng.choice(("gmail.com", "yahoo.co.in", "outlook.com", "mail.example.pk", "proton.me", "company.com.ph"))
    written = (f"{name}@{host}",) * 4
    spelt = host.replace(".", " (dot) "), host.replace(".", " dot "), host.replace(".", "[dot]")
    return rng.choice(
        (*written, f"{name} (at) {spelt[0]}", f"{name} at {spelt[1]}", f"{name}[at]{spelt[2]}", f"{name} @ {host}")
    )


def cnic(rng: random.Random) -> str:
    number = digits(rng, 1, "134567") + digits(rng, 11) + digits(rng, 1, "123456789")
    return rng.choice(
        (f"{number[:5]}-{number[5:12]}-{number[12]}", f"{number[:5]} {number[5:12]} {number[12]}", number)
    )


def aadhaar(rng: random.Random) -> str:
    start = digits(rng, 11, "23456789")
    number = start + verhoeff.calc_check_digit(start)
    return rng.choice((number, f"{number[:4]} {number[4:8]} {number[8:]}", f"{number[:4]}-{number[4:8]}-{number[8:]}"))


def card(rng: random.Random) -> str:
    kind = rng.choice(("4", "51", "52", "55", "2221", "37", "6011", "6521", "3530"))
    length = 15 if kind == "37" else 16
    start = kind + digits(rng, length - len(kind) - 1)
    number = start + luhn.calc_check_digit(start)
    grouped = [number[:4], number[4:10], number[10:]] if length == 15 else [number[i : i + 4] for i in range(0, 16, 4)]
    return rng.choice((number, " ".join(grouped), "-".join(grouped)))


def account(rng: random.Random) -> str:
    country, bban = rng.choice(
        (
            ("PK", "SCBL" + digits(rng, 16)),
            ("AE", digits(rng, 19)),
            ("GB", "NWBK" + digits(rng, 14)),
            ("DE", digits(rng, 18)),
            ("SA", digits(rng, 20)),
        )
    )
    number = country + calc_check_digits(f"{country}00{bban}") + bban
    spaced = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
    return rng.choice((number, spaced, number.lower()))


MADE: dict[str, Callable[[random.Random], str]] = {
    "phone": phone,
    "e-mail": mail,
    "cnic": cnic,
    "aadhaar": aadhaar,
    "card": card,
    "account": account,
}
KIND = {"cnic": "id number", "aadhaar": "id number"}
"""What each is called once it was found, where that is another word."""

AROUND: dict[str, tuple[str, ...]] = {
    "phone": (
        "Please call me on {}, nobody picks up.",
        "My number is {} and I wait since Monday",
        "mera number {} hai please rabta karein",
        "WhatsApp {} pe msg kiya koi jawab nahi",
        "Rider ne mujhe {} se call ki aur badtameezi ki.",
        "Contact: {}",
        "میرا نمبر {} ہے، رابطہ کریں",
        "رائیڈر کا نمبر {} بند ہے",
        "నా ఫోన్ నంబర్ {} కి కాల్ చేయండి",
        "డెలివరీ బాయ్ {} నుండి కాల్ చేశాడు",
        "Paki tawagan ako sa {} please",
        "Ito po number ko {} salamat",
        "मेरा फोन {} पर संपर्क करें",
        "इस नंबर {} पर कोई नहीं उठाता",
        "Worst service ever!! {}",
        "Ali, {}, Lahore. Parcel never came.",
        "They gave me {} and it is switched off",
        "the agent ({}) was rude",
        "اتصل بي على {} من فضلك",
        "لم يتصل أحد على الرقم {} حتى الآن",
    ),
    "e-mail": (
        "Write to me: {}",
        "my mail is {}, answer me",
        "{} is where the invoice should go",
        "email karein {} par",
        "مجھے {} پر میل کریں",
        "I wrote from {} three times",
        "నా మెయిల్ {} కి పంపండి",
        "support never answered {}",
        "Paki email po sa {} salamat",
        "Contact {} for the refund.",
    ),
    "cnic": (
        "My CNIC is {} and the account is blocked",
        "They asked for my id card {} again",
        "CNIC: {}",
        "شناختی کارڈ نمبر {} درج کیا",
        "NIC {} verify nahi ho raha",
        "they refused {} at the counter",
        "I gave {} for verification",
        "mera cnic {} galat likha",
    ),
    "aadhaar": (
        "My Aadhaar {} was rejected",
        "aadhaar no {} not accepted",
        "KYC failed for {}",
        "ఆధార్ {} తీసుకోలేదు",
        "आधार {} जमा किया",
        "They wanted {} again and again",
        "uploaded {} for KYC twice",
        "UIDAI number {} se link nahi",
    ),
    "card": (
        "You charged my card {} twice",
        "Visa {} declined",
        "paid with {} and no refund came",
        "کارڈ {} سے پیسے کٹ گئے",
        "debit card {} blocked",
        "money taken from {} without asking",
        "mera card {} charge kiya",
        "my card number is {}.",
    ),
    "account": (
        "Refund to {} please",
        "IBAN {} is right, why no money",
        "send it to account {}",
        "mera iban {} hai",
        "I gave {} for the refund.",
        "اکاؤنٹ {} میں بھیجیں",
    ),
}


def _price(rng: random.Random) -> str:
    return rng.choice(
        (
            f"Rs {rng.randrange(100, 99999)}",
            f"Rs. {rng.randrange(1, 99)},{digits(rng, 3)}/-",
            f"₹{rng.randrange(1, 9)},{digits(rng, 2)},{digits(rng, 3)}",
            f"PKR {digits(rng, 7, '123')}",
            f"${rng.randrange(1, 999)}.{digits(rng, 2)}",
            f"{rng.randrange(100, 9999)} روپے",
            f"PHP {rng.randrange(1, 99)},{digits(rng, 3)}.00",
        )
    )


def _date(rng: random.Random) -> str:
    day, month, year = rng.randrange(1, 28), rng.randrange(1, 13), rng.randrange(2019, 2027)
    clock = f"{rng.randrange(24):02}:{rng.randrange(60):02}"
    return rng.choice(
        (
            f"{day:02}-{month:02}-{year}",
            f"{year}-{month:02}-{day:02}",
            f"{day}/{month}/{year} {clock}",
            f"{year}-{month:02}-{day:02}T{clock}:00Z",
            f"{day:02}.{month:02}.{year}",
            f"{day:02}/{month:02}/{year % 100:02}",
            f"{day:02}-{month:02}-{year} {clock}",
            f"{year}{month:02}{day:02}",
            f"{year}{month:02}{day:02}{clock.replace(':', '')}",
        )
    )


def _failing_card(rng: random.Random) -> str:
    start = "4" + digits(rng, 14)
    wrong = str((int(luhn.calc_check_digit(start)) + rng.randrange(1, 10)) % 10)
    number = start + wrong
    return rng.choice((number, " ".join(number[i : i + 4] for i in range(0, 16, 4))))


def _failing_aadhaar(rng: random.Random) -> str:
    start = digits(rng, 11, "2345678")
    return start + str((int(verhoeff.calc_check_digit(start)) + rng.randrange(1, 10)) % 10)


LOOKS_LIKE: dict[str, tuple[Callable[[random.Random], str], tuple[str, ...]]] = {
    "order number": (
        lambda rng: digits(rng, rng.choice((6, 7, 8, 9, 10, 11, 12, 14, 15))),
        (
            "Order {} never came",
            "order no. {} still pending",
            "my order #{} is late",
            "Order ID: {} cancelled",
            "آرڈر نمبر {} نہیں آیا",
            "mera order {} kahan hai",
            "ఆర్డర్ {} రాలేదు",
            "ఆర్డర్ నంబర్ {} ఆలస్యం",
            "ऑर्डर {} नहीं आया",
            "invoice {} is wrong",
            "Ticket {} closed without answer",
            "complaint number {} ka kya hua",
            "yung order ko {} wala pa",
            "booking {} cancelled by them",
        ),
    ),
    "tracking number": (
        lambda rng: rng.choice(
            (f"TRK{digits(rng, 10)}", f"JD{digits(rng, 16)}", f"LE{digits(rng, 9)}PK", digits(rng, 12), digits(rng, 22))
        ),
        (
            "tracking {} shows nothing",
            "AWB {} stuck in Hub",
            "Tracking number is {}.",
            "consignment {} lost",
            "ٹریکنگ {} غلط ہے",
            "parcel {} returned",
            "CN {} par koi update nahi",
            "shipment {} delayed",
        ),
    ),
    "price": (
        _price,
        (
            "I paid {} for nothing",
            "{} charged",
            "refund of {} pending",
            "total was {} only",
            "it cost {}!",
            "{} wapis karo",
        ),
    ),
    "date": (
        _date,
        (
            "ordered on {}",
            "since {} no reply",
            "delivery date {} passed",
            "{} ko order kiya",
            "it was {} when",
            "promised for {}",
        ),
    ),
    "coordinates": (
        lambda rng: f"{rng.randrange(8, 35)}.{digits(rng, 6)}, {rng.randrange(66, 90)}.{digits(rng, 6)}",
        ("pin at {}", "location {}", "the map shows {}", "rider stood at {}"),
    ),
    "timestamp": (
        lambda rng: rng.choice(
            (str(1_600_000_000 + rng.randrange(10**8)), str(1_600_000_000_000 + rng.randrange(10**11)))
        ),
        ("timestamp {}", "log says {}", "at {} it failed", "epoch {}"),
    ),
    "number that fails its sum": (
        lambda rng: rng.choice((_failing_card(rng), _failing_aadhaar(rng), digits(rng, 13, "89"))),
        ("it says {}", "screen showed {} all day", "error {}", "serial {}"),
    ),
    "rating, size, count": (
        lambda rng: rng.choice(
            (
                f"{rng.randrange(1, 5)}/5",
                f"{rng.randrange(1, 5)}.{rng.randrange(10)} stars",
                f"{digits(rng, 4)}mAh",
                f"{rng.randrange(100)}%",
                f"{rng.randrange(2, 9)} x {rng.randrange(10, 99)} ml",
                f"{rng.randrange(1, 9)},{digits(rng, 3)},{digits(rng, 3)} views",
            )
        ),
        ("I give {}", "{} only", "said {} on the box", "{} at most"),
    ),
    "version, address of a machine": (
        lambda rng: rng.choice(
            (
                f"v{rng.randrange(9)}.{rng.randrange(20)}.{digits(rng, 4)}",
                f"192.168.{rng.randrange(255)}.{rng.randrange(255)}",
                f"{rng.randrange(11, 220)}.{'.'.join(str(rng.randrange(100, 255)) for _ in range(3))}",
            )
        ),
        ("app {} crashes", "server {} is down", "since update {} nothing works", "build {} is bad"),
    ),
    "page": (
        lambda rng: f"https://shop.example/{rng.choice(('p', 'item'))}/{digits(rng, rng.choice((10, 12, 13, 16, 19)))}",
        ("see {}", "link {} broken", "{} is fake", "bought {} last week"),
    ),
    "tag or handle": (
        lambda rng: rng.choice(
            (f"#{digits(rng, 11)}", f"@user{digits(rng, 8)}", f"@shop_{digits(rng, 5)}", "@sana@mastodon.social")
        ),
        ("hey {} look", "{} fix it", "ask {} about it", "cc {}"),
    ),
    "article number": (
        lambda rng: rng.choice(
            (
                f"ISBN 978{digits(rng, 10)}",
                f"SKU {digits(rng, 10)}",
                f"model {digits(rng, 9)}",
                f"IMEI 35{digits(rng, 13)}",
                f"barcode {digits(rng, 13, '456')}",
            )
        ),
        ("the {} is wrong", "box says {}", "{} not found", "I have {}"),
    ),
    "years and lists": (
        lambda rng: " ".join(str(rng.randrange(1990, 2027)) for _ in range(rng.randrange(2, 5))),
        ("customer since {}", "{} all the same", "bought in {}", "years {} were fine"),
    ),
    "words with at": (
        lambda rng: rng.choice(("example.com", "shop.pk", "the gate", "home")),
        (
            "we looked at {} and found nothing",
            "order placed at {} yesterday",
            "nobody at {} answers",
            "sale at {} was fake",
        ),
    ),
}


def texts(seed: int, each: int) -> Iterator[Text]:
    """So many texts of each template, half of them held out."""
    rng = random.Random(seed)
    for about, templates in AROUND.items():
        for place, template in enumerate(templates):
            for _ in range(each):
                told = MADE[about](rng)
                if about not in ("e-mail", "account"):
                    told = in_script(told, rng.choice(SCRIPTS))
                start = template.index("{}")
                span = (start, start + len(told), KIND.get(about, about))
                yield Text(template.replace("{}", told), (span,), about, bool(place % 2))
    for about, (make, templates) in LOOKS_LIKE.items():
        for place, template in enumerate(templates):
            for _ in range(each):
                told = make(rng)
                if about in ("order number", "date", "timestamp"):
                    told = in_script(told, rng.choice(SCRIPTS))
                yield Text(template.replace("{}", told), (), about, bool(place % 2))
