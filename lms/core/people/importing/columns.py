"""Pure: the columns of a personnel file that we take, under the names SIASN and SIMPEG use.

Names are those of the SIASN employee list (snake_case), of its API (camelCase) and of common
SIMPEG exports; case, spaces, underscores and punctuation do not count. All else is left out:
religion, marriage, NIK, tax and health numbers, addresses (law 27/2022: limited and specific).
"""

from __future__ import annotations

from lms.core.sheets import Column

REQUIRED = ("nip", "name")


TITLES = {  # i18n
    "nip": "NIP",
    "name": "Nama",
    "title_before": "Gelar depan",
    "title_after": "Gelar belakang",
    "birth_date": "Tanggal lahir",
    "sex": "Jenis kelamin",
    "kind": "Jenis jabatan",
    "position_structural": "Jabatan struktural",
    "position_functional": "Jabatan fungsional",
    "position_general": "Jabatan pelaksana",
    "position": "Jabatan",
    "rank": "Jenjang",
    "echelon": "Eselon",
    "grade": "Golongan",
    "unit": "Unit kerja",
    "top_unit": "OPD",
    "education": "Pendidikan",
    "phone": "Nomor HP",
    "email": "Email",
    "supervisor": "NIP atasan",
    "standing": "Kedudukan hukum",
}


def _column(field: str, names: str) -> Column:
    return Column(field=field, title=TITLES[field], names=tuple(names.split(" | ")))


COLUMNS: tuple[Column, ...] = (
    _column(
        "nip",
        "nip_baru | NIP Baru | NIP/NI PPPK | NIP / NIPPPK | NIP | NIP Pegawai | nip pns"
        " | nip asn | No NIP | Nomor NIP | Nomor Induk Pegawai | NI PPPK | NIPPPK | N.I.P",
    ),
    _column(
        "name",
        "nama | Nama Pegawai | Nama Lengkap | nama_pns | nama asn | Nama PNS/PPPK"
        " | Nama tanpa gelar | nama_pegawai | Nama Peserta | Nama dan gelar"
        " | Nama Lengkap dengan Gelar | Nama/NIP",
    ),
    _column(
        "title_before",
        "gelar_depan | gelar_dpn | Gelar di depan | glr_depan",
    ),
    _column(
        "title_after",
        "gelar_belakang | gelar_blk | Gelar di belakang | glr_belakang | gelar",
    ),
    _column(
        "birth_date",
        "tanggal_lahir | tgl_lahir | tgl lhr | TanggalLahir | tanggal lahir pegawai",
    ),
    _column(
        "sex",
        "jenis_kelamin | L/P | P/L | JK | Kelamin | Gender | jns_kelamin | sex",
    ),
    _column(
        "kind",
        "jenis_jabatan_nama | jenisJabatan | jenis_jabatan | jns_jabatan"
        " | jenis_jabatan_id | jenisJabatanId",
    ),
    _column(
        "position_structural",
        "jabatanStrukturalNama | jabatan_struktural | nama_jabatan_struktural",
    ),
    _column(
        "position_functional",
        "jabatanFungsionalNama | jabatan_fungsional | jabatan_fungsional_tertentu"
        " | nama_jabatan_fungsional",
    ),
    _column(
        "position_general",
        "jabatanFungsionalUmumNama | jabatan_fungsional_umum | jabatan_pelaksana",
    ),
    _column(
        "position",
        "jabatan_nama | nama_jabatan | jabatan | jabatan terakhir | Jabatan saat ini"
        " | jabatanNama | Nama Jabatan Terakhir",
    ),
    _column(
        "rank",
        "asnJenjangJabatan | jenjang_jabatan | jenjang | level jabatan | levelJabatan"
        " | Jenjang Jabatan Fungsional | jenjang_jf",
    ),
    _column(
        "echelon",
        "eselon | eselon_nama | nama_eselon | eselonLevel | tingkat eselon | eselon_id | eselonId",
    ),
    _column(
        "grade",
        "gol_akhir_nama | golRuangAkhir | golongan | gol | gol_ruang | gol/ruang"
        " | golongan ruang | Golongan/Ruang | gol_terakhir | golongan_terakhir"
        " | Pangkat/Golongan | Pangkat/Gol | Pangkat/Gol. Ruang | Pangkat Golongan"
        " | pangkat_golongan | Gol. Ruang Akhir | golongan_nama | gol_akhir_id",
    ),
    _column(
        "unit",
        "unor_nama | unorNama | nama_unor | unit_kerja | unit kerja | unor | unit"
        " | unit_kerja_nama | nama_unit_kerja | nama unit | Unit Organisasi"
        " | sub_unit_kerja | tempat tugas | Satuan Pendidikan",
    ),
    _column(
        "top_unit",
        "unor_induk_nama | unorIndukNama | unor_induk | nama_unor_induk | OPD | SKPD"
        " | perangkat_daerah | nama_opd | nama_skpd | unit_kerja_induk"
        " | satuan_kerja_induk_nama | satuan_kerja_kerja_nama | satuan_kerja | satker"
        " | instansi_induk | unit induk | Dinas | Dinas/Badan",
    ),
    _column(
        "education",
        "tingkat_pendidikan_nama | tkPendidikanTerakhir | tingkat_pendidikan"
        " | tk_pendidikan | pendidikan_terakhir | pendidikanTerakhirNama | pendidikan"
        " | pendidikan_nama | jenjang_pendidikan | tingkat_pendidikan_id",
    ),
    _column(
        "phone",
        "nomor_hp | no_hp | noHp | nomor hp/wa | no hp/wa | No. HP (WhatsApp) | No WA"
        " | nomor wa | nomor whatsapp | No WhatsApp | whatsapp | wa | hp"
        " | telepon seluler | handphone | no handphone | nomor handphone | nomor ponsel"
        " | no telepon | no telp | nomor telepon | telepon",
    ),
    _column(
        "email",
        "email_gov | emailGov | email dinas | email | e-mail | alamat email | surel",
    ),
    _column(
        "supervisor",
        "nip_atasan | nip atasan langsung | atasan_nip | nipAtasan | atasan langsung nip"
        " | nip pejabat penilai | nip_penilai | atasan | atasan langsung",
    ),
    _column(
        "standing",
        "kedudukan_hukum_nama | kedudukanPnsNama | kedudukan | kedudukan_hukum"
        " | Kedudukan PNS | Kedudukan ASN | kedudukan_hukum_id | kedudukanPnsId",
    ),
)
