"""Texts in many languages on which ways of running a model are compared.

Written for this purpose: a heading, a sentence and a paragraph in each language, as news
has them, and some that are hardly text.
"""

PROBES = (
    # Arabic
    "إغلاق مئات الحسابات الوهمية",
    "أعلنت الشركة أنها أزالت شبكة من الصفحات كانت تنشر أخباراً كاذبة عن الانتخابات.",
    "قال متحدث باسم البلدية إن العمل في محطة المياه الجديدة سيبدأ في مطلع الشهر المقبل، وإن "
    "المشروع سيخدم أكثر من أربعين ألف أسرة في الأحياء الشمالية. وأضاف أن التمويل جاء من قرض "
    "طويل الأجل، وأن الأهالي لن يتحملوا أي رسوم إضافية قبل نهاية العام.",
    "تَعَلَّمَ الطُّلَّابُ كِتَابَةَ الْقِصَّةِ الْقَصِيرَةِ",
    # German
    "Brücke über die Elbe bleibt gesperrt",
    "Der Stadtrat stimmte am Dienstagabend mit knapper Mehrheit für den neuen Haushalt.",
    "Nach dem Hochwasser vom vergangenen Wochenende haben die Aufräumarbeiten in den Dörfern "
    "entlang des Flusses begonnen. Freiwillige schaufelten Schlamm aus den Kellern, während "
    "Techniker versuchten, die Stromversorgung wiederherzustellen. Der Landrat rechnet damit, "
    "dass einige Straßen noch mehrere Wochen unbefahrbar bleiben.",
    # English
    "Platform removes network of fake accounts",
    "Investigators said the recruiters had approached teenagers through a gaming chat.",
    "The central bank left interest rates unchanged on Thursday, saying that inflation had "
    "slowed for a third month but that food prices remained a worry for households. Analysts "
    "had expected the decision, and the currency hardly moved. The governor is due to speak "
    "to parliament next week about the outlook for wages and rents.",
    # Spanish
    "Detenidos tres reclutadores en línea",
    "La empresa eliminó miles de perfiles que difundían mensajes idénticos en varios idiomas.",
    "El temporal dejó sin luz a más de veinte mil personas en la costa norte, donde las olas "
    "superaron los seis metros. Las escuelas permanecerán cerradas hasta el lunes y el puerto "
    "ha suspendido toda su actividad. Los bomberos atendieron medio centenar de avisos durante "
    "la madrugada, la mayoría por árboles caídos.",
    # French
    "Un réseau de faux comptes démantelé",
    "La ministre a annoncé un plan de soutien aux agriculteurs touchés par la sécheresse.",
    "Les médecins de l'hôpital régional ont présenté une méthode qui réduit de moitié la durée "
    "de certaines opérations du cœur. Les premiers patients, suivis pendant deux ans, se "
    "portent bien. Une étude plus large doit commencer à l'automne dans cinq autres villes, "
    "avant une éventuelle autorisation à l'échelle du pays.",
    # Russian
    "Соцсеть удалила тысячи поддельных страниц",
    "Вербовщики искали подростков в закрытых чатах и обещали им быстрый заработок.",
    "В воскресенье на севере области прошли соревнования по лыжным гонкам, в которых приняли "
    "участие более трёхсот спортсменов из двенадцати городов. Из-за сильного ветра старт "
    "пришлось перенести на два часа. Победительница призналась, что до последнего поворота "
    "не верила в успех.",
    # Chinese
    "平台关闭大批虚假账号",
    "警方表示，招募者通过网络游戏接触青少年，并许诺高额报酬。",
    "市政府周三公布了新的地铁线路规划，全长约三十公里，共设二十一座车站，预计五年后通车。"
    "沿线居民对噪音表示担忧，官员则承诺采用减震轨道，并在施工期间为商户提供补贴。",
    # Turkish
    "Sahte hesaplar kapatıldı",
    "Bakanlık, gençlerin internet üzerinden kandırılmasına karşı yeni bir program başlattı.",
    "Depremden etkilenen ilçelerde okullar pazartesi günü yeniden açılıyor. Valilik, hasar "
    "tespit çalışmalarının tamamlandığını ve konteyner sınıfların hazır olduğunu bildirdi. "
    "Veliler ise ulaşım sorununun hâlâ çözülmediğini söylüyor.",
    # Persian
    "صدها حساب جعلی بسته شد",
    "پلیس می‌گوید گروه از راه پیام‌رسان‌ها جوانان را جذب می‌کرده است.",
    "با آغاز فصل گرما، سازمان آب از شهروندان خواست در مصرف صرفه‌جویی کنند. ذخیره سدهای اطراف "
    "پایتخت به کمترین میزان در ده سال گذشته رسیده است و کارشناسان هشدار می‌دهند که بدون "
    "بارندگی پاییزی، جیره‌بندی ناگزیر خواهد بود.",
    # Urdu
    "جعلی اکاؤنٹس کے خلاف کارروائی",
    "حکومت نے نوجوانوں کو آن لائن بھرتی سے بچانے کے لیے نئی مہم شروع کی ہے۔",
    # Hindi
    "हज़ारों फ़र्ज़ी खाते बंद",
    "राज्य सरकार ने किसानों के लिए बीमा योजना की अंतिम तिथि बढ़ा दी है।",
    "मौसम विभाग ने अगले तीन दिनों में तटीय ज़िलों में भारी वर्षा की चेतावनी दी है। मछुआरों से समुद्र में "
    "न जाने को कहा गया है और निचले इलाक़ों से लोगों को सुरक्षित स्थानों पर पहुँचाया जा रहा है।",
    # Indonesian
    "Ribuan akun palsu dihapus",
    "Polisi menangkap dua orang yang diduga merekrut remaja melalui media sosial.",
    "Harga beras naik untuk bulan keempat berturut-turut, dan pemerintah berencana membuka "
    "cadangan negara agar pasokan di pasar tradisional tetap terjaga sampai musim panen tiba.",
    # Japanese
    "偽アカウントを大量に削除",
    "研究チームは、深海で見つかった新種のクラゲを国際学会で発表した。",
    # Korean
    "가짜 계정 수천 개 삭제",
    "시는 내년부터 모든 시내버스를 전기버스로 바꾸겠다고 밝혔다.",
    # Swahili
    "Serikali yafunga akaunti bandia",
    "Wakulima wa kahawa wamesema bei ya mwaka huu ni nzuri kuliko ya miaka mitano iliyopita.",
    # Hebrew, Greek
    "החברה הסירה רשת של חשבונות מזויפים לפני הבחירות.",
    "Η εταιρεία έκλεισε δίκτυο ψεύτικων λογαριασμών πριν από τις εκλογές.",
    # hardly text
    "12.05.2021 | 14:30",
    "😀🎉",
    "©",
)
