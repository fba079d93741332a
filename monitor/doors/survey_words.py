"""The words of the survey form in the languages of those who are asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All that a form says in one language; `{brand}` stands for the brand's name."""

    tag: str  # BCP 47
    right_to_left: bool = False
    own_name: str
    title: str
    csat: str
    csat_ends: tuple[str, str]
    nps: str
    nps_ends: tuple[str, str]
    comment: str
    first: str
    first_answers: tuple[str, str, str]  # yes, no, rather not
    name: str
    email: str
    email_hint: str
    optional: str
    send: str
    thanks: str
    thanks_more: str
    again: str
    empty: str
    too_old: str
    too_many: str
    incomplete: str


ENGLISH = Words(
    tag="en",
    own_name="English",
    title="How did we do?",
    csat="How satisfied are you with {brand}?",
    csat_ends=("very unhappy", "very happy"),
    nps="How likely are you to recommend {brand} to a friend?",
    nps_ends=("not at all likely", "extremely likely"),
    comment="What is the reason for your answer?",
    first="Was this your first purchase from us?",
    first_answers=("Yes", "No", "Rather not say"),
    name="Your name",
    email="Your e-mail",
    email_hint="Only to tell whether two answers are of one person. It is not kept as you write it.",
    optional="optional",
    send="Send",
    thanks="Thank you!",
    thanks_more="Your answer has arrived. Somebody reads every one.",
    again="Your answer had arrived before. It counts once.",
    empty="Please choose a number or write a few words.",
    too_old="This form was open for too long. Your words are still here: please send them once more.",
    too_many="Too many answers came from your network. Please try again in a minute.",
    incomplete="This link is not complete. Please open it again from the message that you got.",
)
URDU = Words(
    tag="ur",
    right_to_left=True,
    own_name="اردو",
    title="ہماری خدمت کیسی رہی؟",
    csat="آپ {brand} سے کس حد تک مطمئن ہیں؟",
    csat_ends=("بہت ناخوش", "بہت خوش"),
    nps="اس بات کا کتنا امکان ہے کہ آپ کسی دوست کو {brand} کا مشورہ دیں؟",
    nps_ends=("بالکل نہیں", "بہت زیادہ"),
    comment="آپ کے جواب کی وجہ کیا ہے؟",
    first="کیا یہ ہم سے آپ کی پہلی خریداری تھی؟",
    first_answers=("جی ہاں", "جی نہیں", "جواب نہیں دینا"),
    name="آپ کا نام",
    email="آپ کی ای میل",
    email_hint="صرف یہ جاننے کے لیے کہ دو جواب ایک ہی شخص کے ہیں یا نہیں۔ یہ جیسے لکھی جائے ویسے محفوظ نہیں رکھی جاتی۔",
    optional="اختیاری",
    send="بھیجیں",
    thanks="شکریہ!",
    thanks_more="آپ کا جواب پہنچ گیا ہے۔ ہر جواب پڑھا جاتا ہے۔",
    again="آپ کا جواب پہلے ہی پہنچ چکا تھا۔ یہ ایک ہی بار گنا جائے گا۔",
    empty="براہِ کرم ایک نمبر چنیں یا چند الفاظ لکھیں۔",
    too_old="یہ فارم بہت دیر تک کھلا رہا۔ آپ کے الفاظ موجود ہیں، براہِ کرم دوبارہ بھیج دیں۔",
    too_many="آپ کے نیٹ ورک سے بہت زیادہ جواب آئے ہیں۔ براہِ کرم ایک منٹ بعد کوشش کریں۔",
    incomplete="یہ لنک مکمل نہیں۔ براہِ کرم اسے اُس پیغام سے دوبارہ کھولیں جو آپ کو ملا تھا۔",
)
ROMAN_URDU = Words(
    tag="ur-Latn",
    own_name="Roman Urdu",
    title="Hamari service kaisi rahi?",
    csat="Aap {brand} se kis had tak mutmain hain?",
    csat_ends=("bohat nakhush", "bohat khush"),
    nps="Is baat ka kitna imkan hai ke aap kisi dost ko {brand} ka mashwara dein?",
    nps_ends=("bilkul nahi", "bohat zyada"),
    comment="Aap ke jawab ki wajah kya hai?",
    first="Kya yeh hum se aap ki pehli khareedari thi?",
    first_answers=("Ji haan", "Ji nahi", "Jawab nahi dena"),
    name="Aap ka naam",
    email="Aap ki e-mail",
    email_hint="Sirf yeh jaanne ke liye ke do jawab aik hi shakhs ke hain ya nahi. "
    "Yeh jaise likhi jaye waise mehfooz nahi rakhi jati.",
    optional="ikhtiyari",
    send="Bhejein",
    thanks="Shukriya!",
    thanks_more="Aap ka jawab pohanch gaya hai. Har jawab parha jata hai.",
    again="Aap ka jawab pehle hi pohanch chuka tha. Yeh aik hi bar gina jaye ga.",
    empty="Barah-e-karam aik number chunein ya chand alfaaz likhein.",
    too_old="Yeh form bohat der tak khula raha. Aap ke alfaaz maujood hain, barah-e-karam dobara bhej dein.",
    too_many="Aap ke network se bohat zyada jawab aaye hain. Barah-e-karam aik minute baad koshish karein.",
    incomplete="Yeh link mukammal nahi. Barah-e-karam isay us message se dobara kholein jo aap ko mila tha.",
)
TELUGU = Words(
    tag="te",
    own_name="తెలుగు",
    title="మా సేవ ఎలా ఉంది?",
    csat="{brand}తో మీరు ఎంత సంతృప్తిగా ఉన్నారు?",
    csat_ends=("చాలా అసంతృప్తి", "చాలా సంతృప్తి"),
    nps="{brand}ను మీ స్నేహితులకు సిఫారసు చేస్తారా?",
    nps_ends=("అస్సలు చేయను", "తప్పకుండా చేస్తాను"),
    comment="మీ జవాబుకు కారణం ఏమిటి?",
    first="ఇది మా వద్ద మీ మొదటి కొనుగోలా?",
    first_answers=("అవును", "కాదు", "చెప్పదలచుకోలేదు"),
    name="మీ పేరు",
    email="మీ ఇమెయిల్",
    email_hint="రెండు జవాబులు ఒకే వ్యక్తివా అని తెలుసుకోవడానికి మాత్రమే. మీరు రాసిన రూపంలోనే దీన్ని భద్రపరచము.",
    optional="ఐచ్ఛికం",
    send="పంపండి",
    thanks="ధన్యవాదాలు!",
    thanks_more="మీ జవాబు చేరింది. ప్రతి జవాబునూ చదువుతాము.",
    again="మీ జవాబు ఇంతకుముందే చేరింది. దాన్ని ఒక్కసారే లెక్కిస్తాము.",
    empty="దయచేసి ఒక సంఖ్యను ఎంచుకోండి లేదా కొన్ని మాటలు రాయండి.",
    too_old="ఈ ఫారం చాలాసేపు తెరిచి ఉంది. మీ మాటలు ఇక్కడే ఉన్నాయి, దయచేసి మళ్ళీ పంపండి.",
    too_many="మీ నెట్‌వర్క్ నుండి చాలా ఎక్కువ జవాబులు వచ్చాయి. దయచేసి ఒక నిమిషం తర్వాత ప్రయత్నించండి.",
    incomplete="ఈ లింక్ పూర్తిగా లేదు. దయచేసి మీకు వచ్చిన సందేశం నుండి మళ్ళీ తెరవండి.",
)
TAGALOG = Words(
    tag="tl",
    own_name="Tagalog",
    title="Kumusta po ang serbisyo namin?",
    csat="Gaano po kayo nasiyahan sa {brand}?",
    csat_ends=("lubos na hindi nasiyahan", "lubos na nasiyahan"),
    nps="Irerekomenda po ba ninyo ang {brand} sa isang kaibigan?",
    nps_ends=("hinding-hindi", "siguradong oo"),
    comment="Ano po ang dahilan ng sagot ninyo?",
    first="Ito po ba ang una ninyong pagbili sa amin?",
    first_answers=("Opo", "Hindi po", "Ayaw ko pong sabihin"),
    name="Pangalan ninyo",
    email="E-mail ninyo",
    email_hint="Para lang po malaman kung iisang tao ang dalawang sagot. "
    "Hindi po ito sine-save nang gaya ng pagkakasulat ninyo.",
    optional="opsyonal",
    send="Ipadala",
    thanks="Salamat po!",
    thanks_more="Natanggap na po namin ang sagot ninyo. Binabasa po ang bawat isa.",
    again="Natanggap na po namin dati ang sagot ninyo. Isang beses lang po ito bibilangin.",
    empty="Pumili po ng numero o sumulat ng ilang salita.",
    too_old="Masyado na pong matagal na nakabukas ang form na ito. Narito pa ang isinulat ninyo: pakipadala po ulit.",
    too_many="Masyado pong maraming sagot mula sa network ninyo. Pakisubukan po ulit pagkalipas ng isang minuto.",
    incomplete="Hindi po kumpleto ang link na ito. Pakibuksan po ulit mula sa mensaheng natanggap ninyo.",
)
LANGUAGES: dict[str, Words] = {words.tag: words for words in (ENGLISH, URDU, ROMAN_URDU, TELUGU, TAGALOG)}
_SAME = {"fil": "tl", "ur-latn": "ur-Latn"}


def words_for(asked: str, accepted: str, usual: str) -> Words:
    """The words in the language asked for, else in the first one of an Accept-Language header that we have."""
    wanted = sorted(map(_weighed, accepted.split(",")[:20]), key=lambda pair: -pair[0])
    for tag in (asked, *(tag for weight, tag in wanted if weight > 0)):
        found = _known(tag)
        if found is not None:
            return found
    return LANGUAGES[usual]


def _weighed(part: str) -> tuple[float, str]:
    tag, _, weight = part.partition(";")
    try:
        return (float(weight.strip().removeprefix("q=")) if weight else 1.0), tag.strip()
    except ValueError:
        return 0.0, tag.strip()


def _known(tag: str) -> Words | None:
    plain = tag.strip().replace("_", "-").lower()
    for name in (plain, plain.partition("-")[0]):
        found = LANGUAGES.get(_SAME.get(name, name))
        if found is not None:
            return found
    return None
