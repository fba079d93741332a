"""Words of five languages that tell whether a name is meant, and whether with praise; all in their folded form."""

from monitor.folding import words

Phrase = tuple[str, ...]


def _some(said: str) -> frozenset[str]:
    return frozenset(words(said))


def _phrases(*said: str) -> frozenset[Phrase]:
    return frozenset(tuple(words(one)) for one in said)


WORDS_TOO = _some(
    # English
    "grace joy faith hope rose mark will may june april august bill rob frank drew chase pat gene jack art ray rich "
    "dale cliff dean miles grant guy lily daisy ivy violet ruby pearl amber crystal angel honey precious princess "
    "prince king summer autumn dawn star sky rain river hunter baby melody harmony charity mercy patience glory "
    "merry christian victor chance brook penny sunny happy lucky candy ginger olive hazel iris jasmine basil sage "
    "reed forest lane van don max page love lovely jewel gem destiny heaven justice royal "
    # Filipino
    "sana mahal tala luz ligaya bayani malaya amihan dalisay bituin diwa ganda mutya boy jun "
    # Roman Urdu
    "noor nur khushi muskan muskaan umeed roshni pari sahar saba subah mehak aman azeem azim shan shaan iman eman "
    "zara haya dua arzoo kiran tara chand sitara bahar naz nazar gul moti heera hira kamal kamaal malik maalik amir "
    "ameer aziz ahsan ehsan inam sadiq amin ameen shahid shaheen nadir nayab sharif shareef salam salaam taj wafa "
    "rehmat barkat rahat rani raja raza jan jaan sabr izzat insaf nawab ustad "
    # Roman Telugu
    "asha jyothi jyoti shanti santhi divya prema karuna keerthi swapna vidya sandhya kavitha sangeetha kala surya "
    "chandra babu madhu pushpa suma "
    # Urdu
    "نور خوشی مسکان امید روشنی پری سحر صبا مہک امن عظیم شان ایمان ذرا دعا حیا آرزو کرن تارا چاند ستارہ بہار ناز گل "
    "ہیرا کمال ملک مالک امیر عزیز احسن احسان انعام صادق امین شاہد نایاب نادر شریف سلام وفا رحمت برکت راحت رانی راجہ "
    "ثنا رضا "
    # Telugu
    "ఆశ జ్యోతి శాంతి ప్రేమ కరుణ కీర్తి స్వప్న విద్య సంధ్య కవిత సంగీత దివ్య కళ రాజా బాబు సూర్య చంద్ర మధు పుష్ప తార "
    "కిరణ్ సుమ రాణి"
)
"""Names that are everyday words as well: these alone name nobody."""
TITLES = _some(
    "mr mrs ms miss madam maam mam sir dr doctor chef captain agent rep representative manager supervisor officer "
    "rider driver technician engineer cashier barista waiter waitress nurse ji jee sahib sahab saheb sahiba bhai "
    "bhaiya baji aapa apa appi begum ate kuya garu gaaru gari akka anna صاحب صاحبہ بھائی باجی آپا میڈم سر جناب "
    "محترمہ محترم مس గారు గారి మేడమ్ మేడం సార్ అక్క అన్న"
)
"""Beside a name, before or after it."""
BEFORE_NAMES = _phrases(
    "thanks", "thank you", "thankyou", "thanks to", "helped by", "served by", "assisted by", "attended by",
    "handled by", "guided by", "shoutout to", "kudos", "kudos to", "credit to", "credits to", "props to", "named",
    "spoke to", "spoke with", "talked to", "talked with", "called", "si", "ni", "kay", "sina", "nina", "kina",
    "shukriya", "shukria", "salamat", "شکریہ",
)  # fmt: skip
AFTER_NAMES = _phrases(
    "helped", "helps", "assisted", "solved", "resolved", "fixed", "answered", "replied", "explained", "handled",
    "sorted", "arranged", "guided", "listened", "served", "attended", "took care", "went above", "was helpful",
    "was so", "was very", "was really", "was amazing", "was great", "is the best", "is amazing", "from support",
    "from customer", "from your", "from the", "at the", "ne", "نے",
)  # fmt: skip
NOT_THEM = _phrases(
    "unlike", "except", "excluding", "not", "i am", "i m", "my name is", "mera naam", "ako si", "ako po si",
    "میرا نام", "నా పేరు", "naa peru",
)  # fmt: skip
"""Somebody else is praised, or the customer says their own name."""
RELATIVES = _some(
    "wife husband daughter son sister brother mom mum mother dad father cousin niece nephew friend aunt uncle "
    "boyfriend girlfriend fiance fiancee kid beti beta biwi shohar behan ammi abbu dost anak asawa nanay tatay "
    "kaibigan pinsan pamangkin بیٹی بیٹا بیوی شوہر بہن امی ابو دوست కూతురు కొడుకు భార్య భర్త చెల్లి స్నేహితురాలు"
)
BLAMES = _some(
    "rude worst useless ignored unhelpful terrible horrible awful pathetic lied liar incompetent arrogant careless "
    "lazy shouted yelled refused insulted badtameez bakwas buri ghatiya bekar jhoot jhoota bastos masungit sungit "
    "chetta بدتمیز بکواس بری گھٹیا بیکار جھوٹ جھوٹا చెత్త దురుసుగా నిర్లక్ష్యం"
)
CLAUSE_WORDS = _some("but however though although while whereas magar lekin pero kaso kani kaani مگر لیکن కానీ")
"""What follows is another clause."""
CLOSINGS = _some("regards sincerely yours faithfully xoxo best")
"""Before a name at the very end: the customer's own."""
SUFFIXES = ("కి", "కు", "ను", "ని", "తో", "గారు", "గారికి", "గారిని", "గారితో", "కోసం", "వల్ల")
"""What hangs on the end of a Telugu name: to, of, with, honoured."""
