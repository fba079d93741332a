"""The themes used when the config names none: what customers of shops and services praise or complain of."""

from functools import cache

from monitor.analysis.default_words import DEFAULT_WORDS
from monitor.analysis.options import ThemeOptions
from monitor.analysis.words import split_words
from monitor.facts import Stage

_THEMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "delivery": (
        "Delivery",
        (
            "My parcel arrived ten days late.",
            "The order was never delivered and the tracking has not moved for a week.",
            "Super fast delivery, the package came the next day.",
            "The rider could not find my address and went back.",
            "آرڈر ابھی تک نہیں پہنچا، ڈیلیوری بہت لیٹ ہے۔",
            "Mera parcel abhi tak nahi aya, delivery bohat late hai.",
            "Delivery boy ne order ghar par nahi pohanchaya.",
            "ఆర్డర్ ఇంకా రాలేదు, డెలివరీ చాలా ఆలస్యం.",
            "Order inka raledu, delivery chala late chesaru.",
            "Ang tagal dumating ng order ko, delayed ang delivery.",
            "Mabilis ang shipping, dumating agad ang parcel.",
            "El pedido llegó tarde, el envío tardó tres semanas.",
            "Paket belum sampai juga, pengirimannya lama sekali.",
        ),
    ),
    "refund": (
        "Refunds and returns",
        (
            "I returned the item and still have not got my money back.",
            "They refuse to refund me.",
            "The return was easy and the refund came within two days.",
            "I cancelled the order but my refund is still pending.",
            "میرے پیسے واپس نہیں کیے، ریفنڈ نہیں ملا۔",
            "Refund nahi mila, mere paise wapas karo.",
            "Return ki request reject kar di, paise wapis nahi de rahe.",
            "డబ్బులు తిరిగి ఇవ్వలేదు, రీఫండ్ రాలేదు.",
            "Refund inka raledu, na dabbulu tirigi ivvandi.",
            "Hindi pa binabalik ang pera ko, wala pa ring refund.",
            "Ayaw nilang tanggapin ang return ng item.",
            "No me devuelven el dinero, el reembolso nunca llegó.",
            "Uang saya belum dikembalikan, refund tidak diproses.",
        ),
    ),
    "quality": (
        "Product quality",
        (
            "It broke after two days, very poor quality.",
            "The material is cheap and it stopped working.",
            "Excellent quality, sturdy and well made.",
            "The item came damaged with a cracked screen.",
            "چیز کی کوالٹی بہت خراب ہے، دو دن میں ٹوٹ گئی۔",
            "Quality bilkul bekar hai, do din mein kharab ho gaya.",
            "Kapra bohat acha hai, quality zabardast.",
            "నాణ్యత చాలా చెత్తగా ఉంది, రెండు రోజులకే పాడైంది.",
            "Quality assalu bagoledu, rendu rojulake padaipoyindi.",
            "Ang pangit ng quality, nasira agad.",
            "Maganda ang tela at matibay ang pagkakagawa.",
            "Muy mala calidad, se rompió enseguida.",
            "Kualitas barangnya jelek, cepat rusak.",
        ),
    ),
    "authenticity": (
        "Fake or wrong item",
        (
            "This is a fake, not the original brand.",
            "They sent me the wrong item, completely different from the picture.",
            "The seller is a scammer selling counterfeit products.",
            "100% authentic, exactly as shown in the photo.",
            "نقلی چیز بھیج دی، یہ اصلی نہیں ہے۔",
            "Fake product bhej diya, original nahi hai.",
            "Galat cheez bhej di, tasveer mein kuch aur tha.",
            "నకిలీ వస్తువు పంపారు, ఇది ఒరిజినల్ కాదు.",
            "Duplicate product pampincharu, original kadu.",
            "Peke ang pinadala, hindi original.",
            "Mali ang item na dumating, iba sa picture.",
            "Es falso, no es original, me enviaron otra cosa.",
            "Barang palsu, tidak sesuai gambar.",
        ),
    ),
    "staff": (
        "Staff in person",
        (
            "The staff were rude and shouted at us.",
            "The waiter was friendly and very attentive.",
            "The cashier ignored us and the manager was arrogant.",
            "The driver behaved badly with my mother.",
            "عملہ بہت بدتمیز تھا، مینیجر نے بدسلوکی کی۔",
            "Staff bohat badtameez hai, baat karne ki tameez nahi.",
            "Waiter ka rawaiya bohat acha tha.",
            "సిబ్బంది చాలా దురుసుగా ప్రవర్తించారు.",
            "Staff behaviour chala worst, asalu respect ledu.",
            "Ang sungit ng cashier at bastos ang staff.",
            "Mababait ang mga crew at laging nakangiti.",
            "El personal fue muy grosero y antipático.",
            "Pelayannya tidak ramah dan kasar.",
        ),
    ),
    "price": (
        "Price",
        (
            "Way too expensive for what you get.",
            "They raised the prices again, not worth the money.",
            "Great value for money, very cheap.",
            "The discount was fake, the price was higher than before.",
            "قیمت بہت زیادہ ہے، بہت مہنگا ہے۔",
            "Bohat mehnga hai, itni qeemat ke layak nahi.",
            "Price munasib hai, sasta aur acha.",
            "ధర చాలా ఎక్కువ, డబ్బుకు తగ్గ విలువ లేదు.",
            "Rate chala ekkuva, antha worth kadu.",
            "Ang mahal naman, hindi sulit ang presyo.",
            "Sulit na sulit, mura lang.",
            "Demasiado caro, no vale lo que cuesta.",
            "Harganya mahal sekali, tidak sepadan.",
        ),
    ),
    "app": (
        "App and website",
        (
            "The app keeps crashing after the update.",
            "I cannot log in, the OTP never arrives.",
            "The website is slow and the page does not load.",
            "The new app is smooth and easy to use.",
            "ایپ بار بار بند ہو جاتی ہے، لاگ ان نہیں ہو رہا۔",
            "App bar bar crash ho rahi hai, login nahi ho raha.",
            "Website khulti hi nahi, error aa raha hai.",
            "యాప్ పనిచేయడం లేదు, లాగిన్ అవ్వడం లేదు.",
            "App open avvatledu, update tarvata hang avuthundi.",
            "Laging nagka-crash ang app, hindi ako maka-login.",
            "Ang bagal ng app, puro error.",
            "La aplicación se cierra sola y no puedo iniciar sesión.",
            "Aplikasinya error terus, tidak bisa login.",
        ),
    ),
    "support": (
        "Customer support",
        (
            "Customer service does not answer my emails or calls.",
            "I waited an hour on the helpline and nobody picked up.",
            "Support solved my problem quickly, thank you.",
            "The chat agent kept copying the same answer and closed my ticket.",
            "کسٹمر سروس جواب نہیں دیتی، ہیلپ لائن پر کوئی فون نہیں اٹھاتا۔",
            "Customer care wale phone nahi uthate, koi jawab nahi deta.",
            "Helpline par do ghante wait kiya, complaint ka koi hal nahi.",
            "కస్టమర్ కేర్ వాళ్ళు ఫోన్ ఎత్తడం లేదు.",
            "Customer care ki call cheste response ivvatledu.",
            "Hindi sumasagot ang customer service, walang reply sa chat.",
            "Ang hirap kontakin ng hotline nila.",
            "El servicio al cliente no contesta el teléfono.",
            "Layanan pelanggan tidak merespon keluhan saya.",
        ),
    ),
    "billing": (
        "Billing and payment",
        (
            "I was charged twice on my card.",
            "There are hidden fees on my bill that nobody explained.",
            "They took money from my account without my permission.",
            "The payment failed but the amount was deducted.",
            "بل میں غلط رقم لگا دی، دو بار پیسے کاٹ لیے۔",
            "Account se do dafa paise kat gaye, bill ghalat hai.",
            "Balance khud hi kaat lete hain, extra charges laga diye.",
            "బిల్లులో ఎక్కువ వసూలు చేశారు, రెండుసార్లు డబ్బు కట్ అయింది.",
            "Payment fail ayindi kani account lo dabbulu cut ayyayi.",
            "Doble ang charge sa card ko, mali ang bill.",
            "Nabawasan ang load ko kahit wala akong ginagamit.",
            "Me cobraron dos veces en la tarjeta, la factura está mal.",
            "Saldo terpotong dua kali, tagihannya salah.",
        ),
    ),
    "hygiene": (
        "Hygiene",
        (
            "I found a hair in the food and got food poisoning.",
            "The place was filthy, with cockroaches in the kitchen.",
            "Spotlessly clean tables and a clean kitchen.",
            "The plates were dirty and there was a bad smell everywhere.",
            "کھانے میں کیڑا نکلا، کھا کر طبیعت خراب ہو گئی۔",
            "Khane mein baal nikla, bilkul saaf nahi, pet kharab ho gaya.",
            "Kitchen bohat gandi thi, safai ka koi khayal nahi.",
            "ఆహారంలో పురుగు వచ్చింది, శుభ్రత లేదు.",
            "Food lo purugu vachindi, hygiene assalu ledu.",
            "May ipis sa pagkain, ang dumi ng lugar.",
            "Sumakit ang tiyan ko pagkatapos kumain, panis ang ulam.",
            "Encontré una cucaracha en la comida, el local estaba sucio.",
            "Makanannya basi, ada kecoa, tempatnya kotor.",
        ),
    ),
    "safety": (
        "Safety",
        (
            "The charger caught fire, this is dangerous.",
            "I got an electric shock from it, somebody could have died.",
            "There was smoke and a burning smell, it melted the socket.",
            "My child was hurt by it, this should be recalled.",
            "Safe to use, it switches itself off before it gets too hot.",
            "اس سے آگ لگ گئی، یہ چیز بہت خطرناک ہے۔",
            "Is se current laga aur dhuan nikla, bohat khatarnak cheez hai.",
            "Aag lag gayi, jaan bach gayi, koi na khareede.",
            "ఇది ప్రమాదకరం, షాక్ కొట్టింది, మంటలు వచ్చాయి.",
            "Idi chala danger, shock kottindi, poga vachindi.",
            "Delikado ito, umusok at nag-spark, muntik makasunog ng bahay.",
            "Se incendió el cargador, es un producto peligroso.",
            "Barangnya terbakar dan keluar asap, sangat berbahaya.",
        ),
    ),
    "food": (
        "Food and drink",
        (
            "The meal was cold and had no taste.",
            "Delicious food, fresh and hot, the biryani was wonderful.",
            "The portions are small and the rice was overcooked.",
            "Best coffee in town, lovely flavour.",
            "کھانا بہت مزیدار تھا، ذائقہ زبردست۔",
            "Khana thanda aur bilkul be-maza tha.",
            "Biryani ka zaiqa kamaal ka tha, garam aur taaza.",
            "భోజనం చాలా రుచిగా ఉంది, వేడిగా ఉంది.",
            "Food taste bagoledu, challaripoyi undi.",
            "Masarap ang pagkain, mainit pa at malasa.",
            "Ang tabang ng ulam, malamig na nung dumating.",
            "La comida estaba fría y sin sabor.",
            "Makanannya enak sekali, rasanya mantap.",
        ),
    ),
}


STAGES = {
    "delivery": Stage.RECEIVE,
    "refund": Stage.RETURN,
    "quality": Stage.USE,
    "authenticity": Stage.USE,
    "staff": Stage.HELP,
    "price": Stage.FIND,
    "app": Stage.BUY,
    "support": Stage.HELP,
    "billing": Stage.BUY,
    "hygiene": Stage.USE,
    "safety": Stage.USE,
    "food": Stage.USE,
}
"""Where on the customer's journey each of them happens: of a config that gives a theme of that id no stage, too."""


def staged(themes: tuple[ThemeOptions, ...]) -> tuple[ThemeOptions, ...]:
    """The same themes; those that have the id of a default one and no stage get its stage."""
    return tuple(
        theme
        if theme.stage is not None or theme.id not in STAGES
        else theme.model_copy(update={"stage": STAGES[theme.id]})
        for theme in themes
    )


@cache
def default_themes() -> tuple[ThemeOptions, ...]:
    """Twelve themes with examples in English, Urdu, Telugu (both also romanised), Taglish, Spanish and Indonesian."""
    words = split_words(DEFAULT_WORDS)
    return tuple(
        ThemeOptions(id=key, name=name, examples=examples, words=words[key], stage=STAGES[key])
        for key, (name, examples) in _THEMES.items()
    )
