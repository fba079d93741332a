"""Words that say nothing of what a text is about, in the languages that we read best."""

from monitor.folding import words

_LISTED = """
    a about after again all also always am an and any are as at back be because been before being but by can cant
    cannot could did didnt do does doesnt doing dont done each ever every for from get getting give given go going
    got had has kuch hasnt have havent he her here him his how i if ill im in into is isnt it its ive just know last
    let like made make many me more most much my never new no nobody none not nothing now of off ok okay on once one
    only or other our out over please really said same say says see she should since so some still such take than
    thank thanks that thats the their them then there these they thing things this those though time times to today
    told too took try two until up us use used very want was wasnt way we week weeks well went were what when where
    which while who why will with wont would yes yesterday yet you your youre bad good great best worst worse
    terrible horrible awful poor pathetic disappointed disappointing disappointment day days month months year years
    even anyone someone something

    hai hain he hn h ho hua hui hue hoon hun tha thi the thay ka ki ke k ko se sy say mein main mai may me mujhe
    mujy mera meri mere merey hum ham humein hamara apna apni apne aap ap tum tumhara ye yeh yh is iss us uss un in
    wo woh ne nay nahi nahin nai nhi ni na nh mat aur or b bhi bhe bi to tou hi par pr per pe jo jab ab tab kya kia
    kiya kyun kyon kaise koi kuchh bohat bohot bahut buht bht bhot sab sirf ek aik do kar kr karna karne karo krna
    krte karte karta gaya gayi gai gya gye raha rahi rahe rha rhi rhe wala wali wale liye lye lia liya diya dia den
    dena de le lena jata jati jate ja jao acha achi ache accha bura ghatiya bakwas bekar yaar bhai sir please plz
    phir phr fir tak sath saath lekin magar agar warna jaise jese itna itni kitna

    ہے ہیں ہو ہوا ہوئی ہوئے ہوں تھا تھی تھے کا کی کے کو سے میں مجھے میرا میری میرے ہم ہمیں ہمارا اپنا اپنی اپنے آپ
    تم یہ وہ اس ان نے نہیں نہ مت اور بھی تو ہی پر جو جب اب تب کیا کیوں کیسے کوئی کچھ بہت سب صرف ایک دو کر کرنا کرنے
    کریں کرتے کرتا گیا گئی گئے رہا رہی رہے والا والی والے لیے لئے دیا دی دے لیا لے جاتا جاتی جائے لیکن مگر اگر پھر
    تک ساتھ یا اتنا بعد جیسے اچھا اچھی برا بری خراب گھٹیا بیکار تھیں ہوتا ہوتی ہوتے کہ چکا چکی

    ఇది అది ఈ ఆ నేను నాకు నా మేము మాకు మా మీరు మీకు మీ వాళ్ళు వారు అని కానీ కూడా లేదు లేదా ఉంది ఉన్నాయి ఉన్న చాలా
    ఏమి ఎందుకు ఎలా ఎప్పుడు ఇప్పుడు అప్పుడు ఒక రెండు మరియు తో కి కు లో నుండి వల్ల కోసం గా అయింది చేసారు చేశారు చేసి
    చేస్తే ఇంకా మళ్ళీ తర్వాత అన్నీ అంత ఇంత ఎవరు ఏదో కాదు అయితే వచ్చింది ఇచ్చారు రోజు రోజులు

    idi adi ee aa nenu naku naaku na maku maaku ma meeru meeku mee vallu vaallu varu ani kani kaani kuda kooda ledu
    leda undi unnayi unna chala chaala emi enduku ela eppudu ippudu appudu oka rendu mariyu tho ki ku lo nundi
    nunchi valla kosam ga ayindi chesaru chesi cheste inka malli tarvata anni antha intha evaru edo kaadu kadu aithe
    ante

    ang ng sa na mga ay at si ni kay nina sila siya sya ako ko akin kami namin amin tayo natin kayo niyo nyo ninyo
    ka mo iyo ito yan iyan yun iyon yung ung dito diyan doon dun lang lng naman nman nmn pa po din rin ba kasi ksi
    kaya para pero pag kapag kung pala hindi hndi di dn wala walang may meron mayroon kahit sana dapat pwede lahat
    isa dalawa nang nung noong kanina ngayon lagi ulit talaga tlaga sobrang sobra masyado medyo parang ano bakit
    paano sino saan kailan kailangan gusto ayaw nya niya nila kanila mas pinaka pang maganda pangit hays grabe
    sayang salamat ok okay

    है हैं हो हुआ हुई था थी थे का की के को से में मुझे मेरा मेरी मेरे हम यह ये वह वो इस उस ने नहीं न मत और भी तो ही
    पर जो जब अब क्या क्यों कैसे कोई कुछ बहुत सब सिर्फ एक कर करना करने गया गई गए रहा रही रहे वाला वाली लिए दिया लेकिन
    अगर फिर तक साथ nahi hai kya mera aapka bilkul de la el los las un una que y en es no por con para muy der die
    das und ist nicht ein eine mit auf den zu für ve bir bu çok ama le les des et pas est je il yang dan di ini itu
    tidak saya untuk dengan
"""
COMMON = frozenset(words(_LISTED))
"""Folded, as words of texts are compared."""
