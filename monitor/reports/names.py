"""Words by which names of people are known in five languages, and words that stand where names do and are none."""

from monitor.folding import words


def _some(said: str) -> frozenset[str]:
    return frozenset(words(said))


GIVEN = _some(
    # of Pakistan and India, in Latin letters
    "ali ahmed ahmad muhammad mohammad mohammed hassan hasan hussain husain usman osman umar omar bilal hamza fatima "
    "ayesha aisha zainab maryam mariam khadija amna aamna imran kamran farhan rizwan salman adnan faisal tariq khalid "
    "asif waqas waqar nadeem naeem shahzad sohail junaid zubair zeeshan arslan arsalan fahad saad hina sadia nadia "
    "saima samina rabia bushra nida mehwish sidra iqra anum rukhsana nasreen shabana farooq ashraf akram aslam yousaf "
    "yusuf ibrahim ismail mustafa murtaza haider abbas raheel danish owais abdullah abdul rehman rahman khan malik "
    "chaudhry butt sheikh shaikh qureshi siddiqui mirza ansari bhatti rajput khokhar javed iqbal ravi kumar suresh "
    "ramesh mahesh rajesh venkat venkatesh srinivas srinu lakshmi padma anil sunil vijay krishna prasad reddy naidu "
    "rao sharma gupta singh patel praveen naveen kiran swathi anitha sunitha priya pavan satish sandeep sai "
    # of the Philippines
    "juan jose maria marites jennylyn reyes cruz santos garcia bautista ocampo mendoza aquino ramos dela villanueva "
    "gonzales fernandez castillo rommel jomar mark anthony rodel arnel rowena maricel jocelyn liza jhon christine "
    # English
    "john james robert michael william david richard joseph thomas charles daniel matthew andrew joshua kevin brian "
    "george edward jason ryan jacob gary nicholas eric jonathan stephen larry scott benjamin samuel mary patricia "
    "jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa betty margaret sandra ashley kimberly emily "
    "donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia smith johnson williams brown "
    "jones davis miller wilson anderson taylor thompson "
    # Urdu letters
    "علی احمد محمد حسن حسین عثمان بلال حمزہ فاطمہ عائشہ زینب مریم خدیجہ آمنہ عمران کامران فرحان رضوان سلمان عدنان "
    "طارق خالد آصف وقاص وقار ندیم نعیم شہزاد سہیل جنید زبیر ذیشان ارسلان فہد سعد حنا سعدیہ نادیہ صائمہ ثمینہ رابعہ "
    "بشریٰ مہوش سدرہ رخسانہ نسرین شبانہ فاروق اشرف اکرم اسلم یوسف ابراہیم اسماعیل مصطفیٰ مرتضیٰ حیدر عباس عبداللہ خان "
    "چوہدری قریشی صدیقی مرزا انصاری بھٹی جاوید "
    # Telugu letters
    "రవి కుమార్ సురేష్ రమేష్ మహేష్ రాజేష్ వెంకట్ వెంకటేష్ శ్రీనివాస్ శ్రీను లక్ష్మి లక్ష్మీ పద్మ అనిల్ సునీల్ విజయ్ కృష్ణ ప్రసాద్ "
    "రెడ్డి నాయుడు రావు ప్రవీణ్ నవీన్ స్వాతి అనిత సునీత ప్రియ పవన్ సతీష్ సందీప్"
)
"""Names that are hardly ever anything else, in their folded form."""
SHARED = _some("a an google user users customer anonymous guest member account the of amazon facebook verified buyer")
"""What places show instead of a name."""
MAY_BE_GREETED = _some(
    "customer sir madam maam team all everyone guest there friend valued customers sirs user users shopper buyer"
)
BEFORE_TITLES = _some(
    # Roman Urdu
    "nahi nahin nai haan han please pls plz yar yaar o oh arre are sun suno dekho theek acha achha salam alaikum "
    "shukriya sir g aur par to ke ka ki mere meray hamare humare bare baray koi woh wo yeh ye is us janab mohtaram "
    "dear delivery rider aap hum ap na naa kya kia "
    # Urdu
    "نہیں ہاں جی براہ مہربانی جناب محترم محترمہ بڑے میرے ہمارے کوئی وہ یہ اس اُس اس اور پر تو کے کا کی سلام علیکم شکریہ "
    "رائیڈر مینیجر منیجر آپ "
    # Telugu
    "మీ మా మేడం మేడమ్ సార్ మేనేజర్ ఆ ఈ డెలివరీ"
)
"""Before a title (bhai, صاحب, గారు): no name."""
BEFORE_NE = _some(
    "aap ap main mai mein mene maine hum ham us is un in unho unhon unhu inho inhon kisi jis jin sab sb log logon logo "
    "rider driver company walon walo walay wale team support seller staff manager shop dukan dukandar bande banday "
    "larke larkay courier agent customer delivery service app bank khud kyun usi wohi sahab sahib bhai "
    "آپ میں ہم اس اُس اِس ان اُن اِن انہوں اُنہوں انھوں کسی جس جن سب لوگ لوگوں رائیڈر ڈرائیور کمپنی والوں والے ٹیم سپورٹ "
    "سیلر اسٹاف سٹاف عملے مینیجر منیجر دکان دکاندار بندے لڑکے کورئیر کوریئر ایجنٹ کسٹمر ڈیلیوری سروس ایپ بینک خود صاحب "
    "بھائی نمائندے"
)
"""Before "ne" (who did it) in Urdu: no name; another word there may be one."""
CAPITALS = _some(
    "i im ive ill id ok okay google whatsapp facebook instagram twitter tiktok youtube android iphone ios apple "
    "samsung app cod sms pin otp tv id pc ac wifi usd pkr rs php inr eid ramzan ramadan ramazan christmas diwali "
    "ugadi easter monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
    "august september october november december peer mangal budh jumerat juma jumma hafta itwar lunes martes "
    "miyerkules huwebes biyernes sabado linggo am pm english urdu telugu tagalog filipino pakistan pakistani india "
    "indian philippines karachi lahore islamabad rawalpindi peshawar multan faisalabad hyderabad vijayawada guntur "
    "visakhapatnam manila cebu davao makati london dubai allah god inshallah inshaallah mashallah jazakallah assalam "
    "alaikum alaykum salam walaikum sir madam maam mr mrs ms miss dear hello hi thank thanks please sorry po shukriya"
)
"""May be written large within a sentence, and name nobody."""
STARTS = _some(
    "parcel order orders delivery deliveries refund service services app website site rider driver courier manager "
    "seller shop store staff team support agent customer customers nobody no everybody everyone everything nothing "
    "something somebody someone anybody he she it they we you i this that these those there here what who which food "
    "product products item items quality package packaging money price prices payment bill charge charges phone call "
    "email mail message messages company brand waiter chef nurse doctor guard cashier box kettle fan charger battery "
    "cable shirt shoes dress my your our their his her its one two three both all each every another other time today "
    "yesterday tomorrow waiting help helpline hotline card account update size colour color fabric room table kitchen "
    "bathroom toilet smell taste pizza burger rice chicken milk meal lunch dinner breakfast tracking status reply "
    "answer response problem issue experience and but so then after before when while if because although "
    "still only even yeh ye woh wo aap ap main mai mein hum unho unhon inho inhon kisi us is jis sab log koi "
    "paise paisay"
)
"""Begin a sentence before a verb, and name nobody."""
OPENERS = MAY_BE_GREETED | _some(
    "yes no well first firstly second secondly third finally lastly also however honestly frankly sadly overall again "
    "anyway now later next meanwhile therefore otherwise instead moreover besides unfortunately fortunately seriously "
    "really worst best bad terrible horrible pathetic disappointed update edit note ps worse great good regards "
    "sincerely cheers bro bhai yaar dost doston shame fraud scam beware never always never last first wow oh hey dekho "
    "suno acha achha theek nahi haan bakwas salamat grabe naman ay hay hoy hello ate kuya po opo oo hindi tapos pero "
    "pls paki sayang nakakainis jawab mohtaram janab"
)
"""Stand alone before a comma, or as the last word, and name nobody."""
