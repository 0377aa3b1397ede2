// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sealer.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace gateway::store
{

namespace
{

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
using Mac = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

const unsigned char* bytes(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text)
{
    return reinterpret_cast<unsigned char*>(text.data());
}

void must(bool done)
{
    if (!done)
        throw std::runtime_error("OpenSSL refused an AES-256-GCM or HMAC-SHA-256 step");
}

std::string hmac(const Sealer::Bytes& key, std::string_view text)
{
    std::string mac(32, '\0');
    unsigned length = 0;
    must(HMAC(EVP_sha256(), key.data(), key.size(), bytes(text), text.size(), bytes(mac), &length) !=
         nullptr);
    return mac;
}

Sealer::Bytes derive(const Sealer::Bytes& key, std::string_view purpose)
{
    const std::string derived = hmac(key, purpose);
    Sealer::Bytes result;
    std::ranges::copy(derived, result.begin());
    return result;
}

/// Random bytes are asked for by the hundred: asking takes longer than making them.
void put_nonce(unsigned char* out)
{
    thread_local std::array<unsigned char, 32 * nonce_bytes> drawn;
    thread_local std::size_t used = drawn.size();
    if (used == drawn.size()) {
        must(RAND_bytes(drawn.data(), static_cast<int>(drawn.size())) == 1);
        used = 0;
    }
    std::copy_n(drawn.data() + used, nonce_bytes, out);
    used += nonce_bytes;
}

std::optional<Sealer::Bytes> bytes_from_hex(std::string_view text)
{
    const auto digit = [](char c) -> int {
        if (c >= '0' && c <= '9')
            return c - '0';
        if (c >= 'a' && c <= 'f')
            return c - 'a' + 10;
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    };
    Sealer::Bytes key;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const int high = digit(text[2 * i]);
        const int low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        key[i] = static_cast<unsigned char>(high * 16 + low);
    }
    return key;
}

std::string to_hex(const Sealer::Bytes& key)
{
    std::string text;
    for (const unsigned char byte : key) {
        text.push_back("0123456789abcdef"[byte >> 4]);
        text.push_back("0123456789abcdef"[byte & 15]);
    }
    return text;
}

constexpr std::string_view sealing_line = "sealing ", lookup_line = "\nlookup ";
constexpr std::size_t hex_digits = 64;

/// Two lines, each with one key.
std::optional<Sealer::Key> both_keys(std::string_view text)
{
    const auto lookup = sealing_line.size() + hex_digits;
    if (text.size() != lookup + lookup_line.size() + hex_digits || !text.starts_with(sealing_line) ||
        text.substr(lookup, lookup_line.size()) != lookup_line)
        return std::nullopt;
    const auto first = bytes_from_hex(text.substr(sealing_line.size(), hex_digits));
    const auto second = bytes_from_hex(text.substr(lookup + lookup_line.size()));
    return first && second ? std::optional(Sealer::Key{*first, *second}) : std::nullopt;
}

std::optional<Sealer::Key> key_from_content(std::string_view content)
{
    if (content.size() == 32) {
        Sealer::Bytes master;
        std::ranges::copy(content, master.begin());
        return Sealer::Key::derived_from(master);
    }
    while (!content.empty() && (content.back() == '\n' || content.back() == '\r'))
        content.remove_suffix(1);
    const auto master = content.size() == hex_digits ? bytes_from_hex(content) : std::nullopt;
    return master ? std::optional(Sealer::Key::derived_from(*master)) : both_keys(content);
}

/// A descriptor that closes itself.
struct File
{
    int descriptor;
    ~File()
    {
        if (descriptor >= 0)
            close(descriptor);
    }
};

std::unexpected<fhir::Error> refuse(const std::string& path, std::string_view why)
{
    return fhir::fail(fhir::ErrorKind::internal, "The store's key file " + path + " " + std::string(why));
}

} // namespace

/// What OpenSSL would otherwise look up and set up again for every use. Uses are copies of what stands here.
struct Sealer::Ciphers
{
    explicit Ciphers(const Key& key)
        : aes(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr), &EVP_CIPHER_free),
          hash(EVP_MAC_fetch(nullptr, "HMAC", nullptr), &EVP_MAC_free),
          lookup(EVP_MAC_CTX_new(hash.get()), &EVP_MAC_CTX_free), seal_key(key.sealing)
    {
        std::string digest = "SHA256";
        const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                    OSSL_PARAM_construct_end()};
        must(aes && EVP_MAC_init(lookup.get(), key.lookup.data(), key.lookup.size(), parameters.data()) == 1);
    }
    ~Ciphers() { OPENSSL_cleanse(seal_key.data(), seal_key.size()); }
    Ciphers(const Ciphers&) = delete;
    Ciphers& operator=(const Ciphers&) = delete;

    std::unique_ptr<EVP_CIPHER, decltype(&EVP_CIPHER_free)> aes;
    std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> hash;
    Mac lookup;
    Bytes seal_key;
};

Sealer::Key Sealer::Key::derived_from(const Bytes& master)
{
    return {derive(master, "apptgw seal 1"), derive(master, "apptgw lookup 1")};
}

Sealer::Sealer(const Key& key) : ciphers_(std::make_unique<const Ciphers>(key)) {}

Sealer::~Sealer() = default;

std::string Sealer::seal(std::string_view plain, std::string_view context) const
{
    std::string sealed(nonce_bytes + plain.size() + tag_bytes, '\0');
    unsigned char* const out = bytes(sealed);
    put_nonce(out);
    const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int length = 0;
    must(EVP_EncryptInit_ex2(cipher.get(), ciphers_->aes.get(), ciphers_->seal_key.data(), out, nullptr) ==
         1);
    must(EVP_EncryptUpdate(cipher.get(), nullptr, &length, bytes(context),
                           static_cast<int>(context.size())) == 1);
    must(EVP_EncryptUpdate(cipher.get(), out + nonce_bytes, &length, bytes(plain),
                           static_cast<int>(plain.size())) == 1);
    must(EVP_EncryptFinal_ex(cipher.get(), out + nonce_bytes + length, &length) == 1);
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes,
                             out + nonce_bytes + plain.size()) == 1);
    return sealed;
}

std::optional<std::string> Sealer::open(std::string_view sealed, std::string_view context) const
{
    if (sealed.size() < nonce_bytes + tag_bytes)
        return std::nullopt;
    const std::size_t size = sealed.size() - nonce_bytes - tag_bytes;
    std::string plain(size, '\0');
    std::string tag(sealed.substr(nonce_bytes + size));
    const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int length = 0;
    must(EVP_DecryptInit_ex2(cipher.get(), ciphers_->aes.get(), ciphers_->seal_key.data(), bytes(sealed),
                             nullptr) == 1);
    must(EVP_DecryptUpdate(cipher.get(), nullptr, &length, bytes(context),
                           static_cast<int>(context.size())) == 1);
    must(EVP_DecryptUpdate(cipher.get(), bytes(plain), &length, bytes(sealed) + nonce_bytes,
                           static_cast<int>(size)) == 1);
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1);
    if (EVP_DecryptFinal_ex(cipher.get(), bytes(plain) + length, &length) != 1)
        return std::nullopt;
    return plain;
}

std::string Sealer::fingerprint(std::string_view purpose, std::string_view text) const
{
    const Mac use(EVP_MAC_CTX_dup(ciphers_->lookup.get()), &EVP_MAC_CTX_free);
    const unsigned char between = 0;
    std::string mac(32, '\0');
    std::size_t length = 0;
    must(use && EVP_MAC_update(use.get(), bytes(purpose), purpose.size()) == 1 &&
         EVP_MAC_update(use.get(), &between, 1) == 1 &&
         EVP_MAC_update(use.get(), bytes(text), text.size()) == 1 &&
         EVP_MAC_final(use.get(), bytes(mac), &length, mac.size()) == 1);
    return mac;
}

fhir::Result<Sealer::Key> read_key_file(const std::string& path)
{
    const File file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat facts{};
    if (file.descriptor < 0 || fstat(file.descriptor, &facts) != 0 || !S_ISREG(facts.st_mode))
        return refuse(path, "cannot be read. It must be a file holding 32 random bytes.");
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return refuse(path, "can be read by others than its owner. Set its mode to 0600.");
    std::string content(256, '\0');
    const ssize_t size = read(file.descriptor, content.data(), content.size());
    const auto key =
        key_from_content(std::string_view(content).substr(0, size < 0 ? 0 : static_cast<std::size_t>(size)));
    OPENSSL_cleanse(content.data(), content.size());
    if (!key)
        return refuse(
            path,
            "must hold exactly 32 bytes, or 64 hexadecimal digits, or what `apptgw store rotate-key` wrote.");
    return *key;
}

namespace
{

fhir::Result<void> write_key_file(const std::string& path, std::string_view content)
{
    const File file{open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)};
    if (file.descriptor < 0)
        return refuse(path, "cannot be created. It may exist already.");
    const bool written =
        write(file.descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size());
    if (!written || fsync(file.descriptor) != 0)
        return refuse(path, "could not be written.");
    return {};
}

Sealer::Bytes random_bytes()
{
    Sealer::Bytes key;
    must(RAND_bytes(key.data(), static_cast<int>(key.size())) == 1);
    return key;
}

} // namespace

fhir::Result<void> create_key_file(const std::string& path)
{
    Sealer::Bytes key = random_bytes();
    auto written =
        write_key_file(path, std::string_view(reinterpret_cast<const char*>(key.data()), key.size()));
    OPENSSL_cleanse(key.data(), key.size());
    return written;
}

fhir::Result<void> create_next_key_file(const std::string& path, const Sealer::Key& current)
{
    std::string content(sealing_line);
    content += to_hex(random_bytes());
    content += lookup_line;
    content += to_hex(current.lookup) + "\n";
    auto written = write_key_file(path, content);
    OPENSSL_cleanse(content.data(), content.size());
    return written;
}

std::string sha256_hex(std::string_view text)
{
    std::array<unsigned char, 32> digest{};
    unsigned length = 0;
    must(EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1);
    return to_hex(digest);
}

} // namespace gateway::store
