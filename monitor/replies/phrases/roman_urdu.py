"""Replies in Urdu in Latin letters, as many write it."""

from monitor.replies.sentences import ANY, Phrases

ROMAN_URDU = Phrases(
    tag="ur-Latn",
    greeting="Assalam o alaikum {name},",
    greeting_unnamed="Assalam o alaikum,",
    empathy={
        ANY: "Humein batane ka shukriya. Hum samajh sakte hain ke yeh kitni pareshani ki baat hai.",
        "delivery": "Humein batane ka shukriya. Jis parcel ka intezar ho uska na pohanchna waqai pareshan karta hai.",
        "refund": "Humein batane ka shukriya. Yeh aap ke paise hain, in ke liye bar bar kehna parey to yeh theek nahi.",
        "quality": "Humein batane ka shukriya. Aap ne achi cheez ke paise diye the aur aap ko waisi cheez nahi mili.",
        "authenticity": "Humein batane ka shukriya. Jo aap ne mangwaya wohi milna aap ka haq hai.",
        "staff": "Humein batane ka shukriya. Hamare kisi fard ko aap ke sath aisa bartao nahi karna chahiye tha.",
        "price": "Humein batane ka shukriya. Hum samajh sakte hain ke qeemat aap ki tawaqqo ke mutabiq nahi thi.",
        "app": "Humein batane ka shukriya. Aap order karna chahein aur app sath na de to koft hoti hai.",
        "support": "Humein batane ka shukriya. Madad mangne par jawab na mile to pareshani aur barh jati hai.",
        "billing": "Humein batane ka shukriya. Bill mein ghalti fikr ki baat hai, isay foran theek hona chahiye.",
        "hygiene": "Humein batane ka shukriya. Safai woh kam se kam cheez hai jo aap ko hum se milni chahiye.",
        "safety": "Humein batane ka shukriya, umeed hai aap khairiyat se hain. Aap ki hifazat sab se pehle hai.",
        "food": "Humein batane ka shukriya. Aap achay khane ki umeed se aaye the aur hum us par pooray nahi utray.",
    },
    apology="Is ke liye hum aap se maazrat chahte hain.",
    ownership="Mera naam {agent} hai, aur masla hal hone tak yeh meri zimmedari hai.",
    step={
        ANY: "Hum maloom kar rahe hain ke kya hua, aur {by} tak aap ko batayein ge ke hum kya kar rahe hain.",
        "delivery": "Hum delivery team se pooch rahe hain ke aap ka parcel kahan hai, aur {by} tak batayein ge ke kab "
        "pohanchay ga.",
        "refund": "Hum dekh rahe hain ke aap ka refund kahan ruka hai, aur {by} tak batayein ge ke paise kab milein ge.",
        "quality": "Hum is ke badle doosri cheez, ya aap chahein to paison ki wapsi ka bandobast kar rahe hain, aur {by} "
        "tak confirm karein ge.",
        "authenticity": "Hum is cheez ki janch karwa rahe hain, aur {by} tak batayein ge ke aap ko asal cheez ya paise "
        "kaise milein ge.",
        "staff": "Hum us waqt duty par maujood staff se baat kar rahe hain, aur {by} tak aap ko nateeja batayein ge.",
        "price": "Hum woh qeemat check karwa rahe hain jo aap se li gayi, aur {by} tak aap ko batayein ge.",
        "app": "Hum yeh abhi apne developers tak pohancha rahe hain, aur {by} tak batayein ge ke kya pata chala. Agar aap "
        "order karna chahte the to hum khud kar dein ge.",
        "support": "Ab se aap ko aik hi shakhs se baat karni hai: mujh se. {by} tak aap ko mera jawab mil jaye ga.",
        "billing": "Hum aap ka bill dekh rahe hain, aur {by} tak batayein ge ke kya theek kiya gaya.",
        "hygiene": "Hum aaj hi yeh baat wahan ke manager tak pohancha rahe hain, aur {by} tak batayein ge ke kya kiya gaya.",
        "safety": "Hum abhi yeh zimmedar manager ko bata rahe hain, aur {by} tak aap se rabta karein ge.",
        "food": "Hum aaj hi kitchen se baat kar rahe hain, aur {by} tak batayein ge ke hum is ki talafi kaise karein ge.",
    },
    ask_order="Meharbani kar ke apna order number humein private message mein bhej dein, takay main foran dekh sakoon.",
    alternative="Agar yeh mumkin na hua to {alternative}.",
    offer="Aap ko jo zehmat hui us ke badle: {offer}.",
    closing="{agent}, {brand}",
    thanks="Aap ke achay alfaaz ka shukriya. Hum yeh un tak pohancha rahe hain jin ki yeh mehnat hai.",
    follow_up="Chand din pehle aap ne humein aik masla bataya tha. Kya ab sab theek hai? Agar kuch reh gaya ho to yahin "
    "jawab dein, yeh meri zimmedari hai.",
    by="{weekday} {time}",
    weekdays=("peer", "mangal", "budh", "jumerat", "juma", "hafta", "itwar"),
)
